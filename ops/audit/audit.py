"""The looks: one at everything, and a second, after the grace, at what may only have been on its way."""

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from ops.audit.broker import Broker, look_at_broker
from ops.audit.cases import cases
from ops.audit.clauses import Clause, Offender, Suspect
from ops.audit.deliveries import OVERTAKEN, REMEMBERED, heard, unbound
from ops.audit.ending import UnderWay, unfinished
from ops.audit.folds import AggregateFold
from ops.audit.ledger import disagreements
from ops.audit.money import wrong_money
from ops.audit.projections import wrong_calls, wrong_stock_rows
from ops.audit.publications import publications
from ops.audit.report import Report
from ops.audit.snapshots import Snapshot, snapshots
from ops.audit.stock import products_counted, wrong_stock
from ops.histories import HISTORIES
from ops.stack.site import Site
from shared.messaging.topology import SUBSCRIPTIONS

# The broker's figures are up to ten seconds old: after this, they are of a time after the first look.
GRACE = timedelta(seconds=10)
_SUSPECTS_AT_MOST = 100_000

Watch = Callable[[str, int], None]

_OPEN_CALLS = "SELECT DISTINCT order_id FROM provider_calls"
_LEDGER_KEYS = "SELECT count(*) FROM ledger"
_OPEN_LETTERS = "SELECT count(*) FROM dead_letters WHERE queue = $1 AND status = 'OPEN'"


@dataclass(slots=True)
class _Look:
    """What compares one database with another, each of a slightly different moment: `suspects` may be on their way."""

    suspects: dict[Offender, bool] = field(default_factory=dict[Offender, bool])
    certain: list[Offender] = field(default_factory=list[Offender])
    checked: dict[Clause, int] = field(default_factory=dict[Clause, int])
    bounds: dict[str, Any] = field(default_factory=dict[str, Any])

    def add(self, suspect: Suspect) -> None:
        if len(self.suspects) < _SUSPECTS_AT_MOST:
            self.suspects[suspect.offender] = suspect.under_way


def unwatched(what: str, count: int) -> None:
    """For who does not want to see how the audit comes on."""


async def audit(site: Site, *, grace: timedelta = GRACE, watch: Watch = unwatched) -> Report:
    """Proves the books, or names who breaks them. Changes nothing. Raises Unreachable.

    While orders flow, only what has not moved during the grace is reported. `watch` is told of what was read.
    """
    began = perf_counter()
    report = Report(datetime.now(UTC), grace.total_seconds())
    async with snapshots(site) as databases:
        look = await _look(site, databases, watch)
        looked = perf_counter()
        report.checked.update(look.checked)
        await _certain(site, databases, report, watch)
    report.add(look.certain)
    if look.suspects:
        await asyncio.sleep(max(0.0, grace.total_seconds() - (perf_counter() - looked)))
        async with snapshots(site) as databases:
            again = await _look(site, databases, watch)
        report.looks = 2
        look.bounds = again.bounds
        unmoved = [one for one in look.suspects if one in again.suspects]
        report.add(one for one in unmoved if not again.suspects[one])
    report.bounds = look.bounds
    report.took_seconds = perf_counter() - began
    return report


async def _look(site: Site, databases: Mapping[str, Snapshot], watch: Watch) -> _Look:
    look, now, broker = _Look(), datetime.now(UTC), await look_at_broker(site)
    sources = {
        name: await publications(history, databases[name], now, OVERTAKEN)
        for name, history in HISTORIES.items()
    }
    queues: dict[str, Any] = {}
    for subscription in SUBSCRIPTIONS.values():
        found = await heard(subscription, databases, sources, now)
        watch("deliveries", found.checked)
        suspects = list(found.suspects(broker, sources))
        for suspect in suspects:
            look.add(suspect)
        own = databases[subscription.service]
        queues[found.queue] = {
            "checked": found.checked,
            "since": _time(max(now - REMEMBERED, min(found.since.values(), default=now))),
            "messages": broker.messages.get(found.queue),
            "open_dead_letters": (await own.row(_OPEN_LETTERS, found.queue))[0],
            "on_their_way": sum(suspect.under_way for suspect in suspects),
        }
        look.checked[Clause.DELIVERIES] = look.checked.get(Clause.DELIVERIES, 0) + found.checked
    for source in sources.values():
        for offender in source.suspects():
            look.add(Suspect(offender, under_way=False))
    look.certain += [offender async for offender in unbound(broker)]
    busy = any(source.is_behind for source in sources.values()) or broker.waiting(
        *(name for each in SUBSCRIPTIONS.values() for name in each.queues)
    )
    under_way = await _look_at_orders(databases, look, busy, now, watch)
    async for offender in disagreements(databases):
        look.add(Suspect(offender, under_way=False))
    keys = (await databases["provider"].row(_LEDGER_KEYS))[0]
    look.checked[Clause.LEDGER] = keys
    look.bounds = {
        "services": {
            name: {
                "events": source.events,
                "last_position": source.last,
                "first_time": _time(source.first_time),
                "last_time": _time(source.last_time),
                "published_up_to": source.checkpoint,
            }
            for name, source in sources.items()
        },
        "provider_keys": keys,
        "queues": queues,
        "queues_not_audited": _unknown_queues(broker),
        "orders_under_way": under_way,
    }
    return look


async def _look_at_orders(
    databases: Mapping[str, Snapshot], look: _Look, busy: bool, now: datetime, watch: Watch
) -> int:
    """How many orders have not come to rest and may still move."""
    calls = {order_id for (order_id,) in await databases["payment"].rows(_OPEN_CALLS)}
    moving = UnderWay(now, calls, busy)
    orders = under_way = 0
    async for case in cases(databases):
        orders += case.order.version > 0
        restless = False
        for offender in unfinished(case):
            restless = True
            look.add(Suspect(offender, moving.reaches(case)))
            under_way += moving.reaches(case)
        for offender in wrong_money(case):
            look.add(Suspect(offender, restless and moving.reaches(case)))
        if orders % 1_000 == 0:
            watch("orders", 1_000)
    look.checked |= {Clause.ENDS: orders, Clause.MONEY: orders}
    return under_way


async def _certain(site: Site, databases: Mapping[str, Snapshot], report: Report, watch: Watch) -> None:
    """What lies within one database is of one moment, and needs no second look."""
    inventory = databases["inventory"]
    report.checked[Clause.STOCK] = await products_counted(inventory)
    report.add([one async for one in wrong_stock(inventory, site.service_url("inventory"))])

    async def fold(name: str) -> None:
        folding = AggregateFold(
            HISTORIES[name], databases[name], lambda count: watch(f"{name} events", count)
        )
        await _collect(folding.offenders(), report)
        report.checked[Clause.FOLDS] += folding.rows
        report.checked[Clause.VERSIONS] += folding.events
        if name == "inventory":
            await _collect(wrong_stock_rows(inventory), report)
        if name == "payment":
            await _collect(wrong_calls(databases["payment"]), report)

    async with asyncio.TaskGroup() as group:
        for name in HISTORIES:
            group.create_task(fold(name))


async def _collect(offenders: AsyncIterable[Offender], report: Report) -> None:
    async for offender in offenders:
        report.add([offender])


def _unknown_queues(broker: Broker) -> list[str]:
    """Queues of added services: the audit does not know what these keep."""
    known = {subscription.queue for subscription in SUBSCRIPTIONS.values()}
    return [queue for queue in broker.service_queues if queue not in known]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
