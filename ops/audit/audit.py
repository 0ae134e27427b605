"""The looks: one at everything, and a second, after the grace, at what may only have been on its way."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from ops.audit.broker import Broker, look_at_broker
from ops.audit.cases import cases
from ops.audit.clauses import Clause, Offender, Suspect
from ops.audit.deliveries import OVERTAKEN, REMEMBERED, heard, unbound
from ops.audit.ending import UnderWay, unfinished
from ops.audit.ledger import disagreements
from ops.audit.listings import wrong_listings
from ops.audit.money import wrong_money
from ops.audit.proofs import prove_all
from ops.audit.publications import publications
from ops.audit.report import Report
from ops.audit.snapshots import Snapshot, snapshots
from ops.audit.stock import products_counted, wrong_stock
from ops.histories import HISTORIES
from ops.stack.site import Site
from shared.messaging.topology import Subscription

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
    ended: float = 0.0

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
    look, proofs = await asyncio.gather(_look_once(site, watch), prove_all(site, watch))
    report.checked.update(look.checked)
    report.add(look.certain)
    for proof in proofs:
        report.checked[Clause.FOLDS] += proof.rows
        report.checked[Clause.VERSIONS] += proof.events
        report.add(proof.offenders)
    if look.suspects:
        await asyncio.sleep(max(0.0, grace.total_seconds() - (perf_counter() - look.ended)))
        again = await _look_once(site, watch)
        report.looks = 2
        look.bounds = again.bounds
        unmoved = [one for one in look.suspects if one in again.suspects]
        report.add(one for one in unmoved if not again.suspects[one])
    report.bounds = look.bounds
    report.took_seconds = perf_counter() - began
    return report


async def _look_once(site: Site, watch: Watch) -> _Look:
    async with snapshots(site) as databases:
        look = await _look(site, databases, watch)
        inventory = databases["inventory"]
        look.checked[Clause.STOCK] = await products_counted(inventory)
        look.certain += [one async for one in wrong_stock(inventory, site.service_url("inventory"))]
    look.ended = perf_counter()
    return look


async def _look(site: Site, databases: Mapping[str, Snapshot], watch: Watch) -> _Look:
    look, now, broker = _Look(), datetime.now(UTC), await look_at_broker(site)
    subscriptions = [history.subscription for history in HISTORIES.values()]
    sources = {
        name: await publications(history, databases[name], now, OVERTAKEN)
        for name, history in HISTORIES.items()
    }
    queues: dict[str, Any] = {}
    for subscription in subscriptions:
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
    look.certain += unbound(subscriptions, broker)
    busy = any(source.is_behind for source in sources.values()) or broker.waiting(
        *(name for each in subscriptions for name in each.queues)
    )
    async for offender in wrong_listings(databases["order"], databases["inventory"]):
        look.add(Suspect(offender, busy))
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
        "queues_not_audited": _unknown_queues(subscriptions, broker),
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


def _unknown_queues(subscriptions: Sequence[Subscription], broker: Broker) -> list[str]:
    """Queues of services that are not in this clone: the audit does not know what these keep."""
    known = {subscription.queue for subscription in subscriptions}
    return [queue for queue in broker.service_queues if queue not in known]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
