"""What lies within one database is of one moment: each is proved by itself, in a process of its own when it is long."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from ops.audit.clauses import Offender
from ops.audit.folds import AggregateFold
from ops.audit.projections import wrong_projections
from ops.audit.snapshots import Snapshot, snapshot
from ops.histories import HISTORIES
from ops.stack.site import Site

Watch = Callable[[str, int], None]

# A process takes a second of CPU to start, as much as folding so many events.
_LONG = 50_000
_LAST = "SELECT coalesce(max(position), 0) FROM events"


@dataclass(frozen=True, slots=True)
class Proof:
    """How many rows and events were compared, and who breaks I5 or I7."""

    rows: int
    events: int
    offenders: Sequence[Offender]


async def prove(service: str, database: Snapshot, watch: Watch) -> Proof:
    """Every row and projection of a service against its own events. Raises Unreachable."""
    fold = AggregateFold(HISTORIES[service], database, lambda count: watch(f"{service} events", count))
    offenders = [one async for one in fold.offenders()]
    offenders += [one async for one in wrong_projections(HISTORIES[service], database)]
    return Proof(fold.rows, fold.events, offenders)


async def prove_all(site: Site, watch: Watch) -> Sequence[Proof]:
    """Every service. Raises Unreachable."""
    with ProcessPoolExecutor(len(HISTORIES), get_context("spawn")) as processes:
        return await asyncio.gather(*(_prove(site, service, watch, processes) for service in HISTORIES))


async def _prove(site: Site, service: str, watch: Watch, processes: ProcessPoolExecutor) -> Proof:
    async with snapshot(site, service) as database:
        events = (await database.row(_LAST))[0]
        if events <= _LONG:
            return await prove(service, database, watch)
    proof = await asyncio.get_running_loop().run_in_executor(processes, _prove_alone, site, service)
    watch(f"{service} events", proof.events)
    return proof


def _prove_alone(site: Site, service: str) -> Proof:
    async def alone() -> Proof:
        async with snapshot(site, service) as database:
            return await prove(service, database, lambda what, count: None)

    return asyncio.run(alone())
