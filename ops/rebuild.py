"""State rows and projections of one service, made again from its events while it goes on serving.

A row that is not the fold of its events is mended in a transaction of its own, under its lock: whoever appends to
its stream holds the same lock, so nothing that is committed meanwhile is lost.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from inventory_service.tables import STOCK
from ops.audit.audit import GRACE
from ops.audit.clauses import Offender
from ops.audit.listings import wrong_listings
from ops.audit.proofs import prove
from ops.audit.snapshots import Unreachable, snapshot, snapshots
from ops.histories import HISTORIES, History
from ops.mending import mend_call, mend_listing, mend_projection, mend_row, mend_sku
from ops.stack.site import Site
from order_service.tables import LISTINGS, ORDERS
from shared.database.engine import open_engine
from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.codec import UnknownEventType
from shared.eventsourcing.rows import Aggregate

Watch = Callable[[str, int], None]


@dataclass(slots=True)
class Rebuilt:
    """`differences` were found at first, `left` are those that are still there: all of them when only checked."""

    service: str
    events: int = 0
    rows: int = 0
    differences: list[Offender] = field(default_factory=list[Offender])
    left: list[Offender] = field(default_factory=list[Offender])

    def document(self) -> dict[str, Any]:
        def shown(offenders: Sequence[Offender]) -> list[dict[str, str]]:
            return [{"subject": one.subject, "problem": one.problem} for one in offenders]

        return {
            "service": self.service,
            "events": self.events,
            "rows": self.rows,
            "differences": shown(self.differences),
            "left": shown(self.left),
        }


async def check(site: Site, service: str, watch: Watch, *, grace: timedelta = GRACE) -> Rebuilt:
    """Compares every row and projection with its events, as they were at one moment. Raises Unreachable.

    The copy of the catalogue follows another service's events: what has not moved during the grace differs.
    """
    async with snapshot(site, service) as database:
        proof = await prove(service, database, watch)
    differences = list(proof.offenders)
    if service == "order" and (suspects := await _suspect_listings(site)):
        await asyncio.sleep(grace.total_seconds())
        again = await _suspect_listings(site)
        differences += [one for one in suspects if one in again]
    return Rebuilt(service, proof.events, proof.rows, differences, differences)


async def _suspect_listings(site: Site) -> list[Offender]:
    async with snapshots(site) as databases:
        return [one async for one in wrong_listings(databases["order"], databases["inventory"])]


async def rebuild(site: Site, service: str, watch: Watch, *, grace: timedelta = GRACE) -> Rebuilt:
    """Mends whatever `check` finds, and checks once more if it found anything.

    What is wrong with the events themselves, such as a gap, cannot be mended and is left. Raises Unreachable.
    """
    found = await check(site, service, watch, grace=grace)
    if not found.differences:
        return found
    engine = open_engine(site.database_url(service, "owner"), application="rebuild", pool_size=1)
    try:
        with translated():
            await _mend(site, HISTORIES[service], engine, found.differences, watch)
    except DatabaseFault as fault:
        raise Unreachable(f"{service}_db refused ({fault}); what was mended before stays mended.") from fault
    finally:
        await engine.dispose()
    found.left = (await check(site, service, watch, grace=grace)).differences
    return found


async def _mend(
    site: Site, history: History, engine: AsyncEngine, differences: Sequence[Offender], watch: Watch
) -> None:
    """One transaction for each row; stock and movements of a SKU are one, and so are an order and its SKUs."""
    tables: Mapping[str, Aggregate[Any, Any]] = {table.name: table for table in history.aggregates}
    projections = {table.name: table for table in history.projections}
    done: set[tuple[str, str]] = set()
    for difference in differences:
        kind, _, name = difference.subject.partition(" ")
        kind = {"movements": STOCK.name, "order_skus": ORDERS.name}.get(kind, kind)
        if (kind, name) in done:
            continue
        done.add((kind, name))
        try:
            async with engine.begin() as connection:
                if kind in tables:
                    await mend_row(connection, history, tables[kind], name)
                elif kind == STOCK.name:
                    await mend_sku(connection, history, name)
                elif kind in projections:
                    await mend_projection(connection, history, projections[kind], name)
                elif kind == LISTINGS.name:
                    await mend_listing(connection, site, name)
                elif kind == "provider_calls":
                    await mend_call(connection, history, name)
        except (ValidationError, UnknownEventType):
            continue  # one of its events cannot be read: it is left, and named
        watch("mended", 1)
