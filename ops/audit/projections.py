"""I5 for what is folded from the events of several streams: stock, movements, and the calls that are still open."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from inventory_service.domain.movements import movements_of
from inventory_service.tables import STOCK
from ops.audit.clauses import Clause, Offender
from ops.audit.folds import compared
from ops.audit.ledger import keys_of
from ops.audit.snapshots import Snapshot
from ops.histories import HISTORIES
from shared.eventsourcing.codec import UnknownEventType
from shared.eventsourcing.rows import Row

_INVENTORY = "SELECT stream, type, data::text, time FROM events ORDER BY position"
_STOCK = "SELECT id, version, state::text, created_at, updated_at FROM stock WHERE version > 0 ORDER BY id"
_MOVEMENTS = """
SELECT sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id::text, reason, at
FROM movements ORDER BY sku, number"""

# An open call is one whose outcome the payment does not know; that the payment is its events' fold is proved by itself.
_OPEN = """
SELECT id, version, state::text FROM payments
WHERE status = 'PROCESSING' OR state->'refunds' @> '[{"status": "REQUESTED"}]' ORDER BY id"""
_CALLS = "SELECT key FROM provider_calls"


class StockFold:
    """The stock of every SKU and its movements, from all events in position order. Memory grows with the SKUs alone.

    Movements are compared by a running digest per SKU, so that their number does not matter.
    """

    def __init__(self, inventory: Snapshot) -> None:
        self._inventory = inventory
        self._codec = HISTORIES["inventory"].codec
        self.levels: dict[str, Row[Any]] = {}
        self._moved: dict[str, tuple[int, int]] = {}

    async def fold(self) -> None:
        """What cannot be read is left out: the fold of its own stream names it."""
        async for page in self._inventory.pages(_INVENTORY):
            for stream, type_, data, time in page:
                try:
                    event = self._codec.decode(type_, data)
                except (ValidationError, UnknownEventType):
                    continue
                self._take(stream.partition("-")[2], event, time)

    def _take(self, row_id: str, event: Any, time: datetime) -> None:
        for sku in STOCK.keys(row_id, event):
            row = self.levels.get(sku, Row(0, STOCK.initial))
            state = STOCK.project(row.state, sku, event)
            self.levels[sku] = Row(row.version + 1, state, row.created_at or time, time)
        for m in movements_of(row_id, event):
            moved = (
                m.kind.value,
                m.delta_on_hand,
                m.delta_reserved,
                m.on_hand,
                m.reserved,
                m.order_id,
                m.reason,
                time,
            )
            self._moved[m.sku] = _added(self._moved.get(m.sku, (0, 0)), moved)

    async def wrong_levels(self) -> AsyncIterator[tuple[str, str]]:
        """SKUs whose stock is not the fold, and in words how it differs."""
        kept = [record async for page in self._inventory.pages(_STOCK) for record in page]
        for record in kept:
            self.levels.setdefault(record[0], Row(0, STOCK.initial))
        for difference in compared(STOCK, self.levels, kept):
            yield difference

    async def wrong_movements(self) -> AsyncIterator[tuple[str, str]]:
        """SKUs whose movements are not those of their events."""
        kept: dict[str, tuple[int, int]] = {}
        async for page in self._inventory.pages(_MOVEMENTS):
            for sku, *moved in page:
                kept[sku] = _added(kept.get(sku, (0, 0)), tuple(moved))
        for sku in sorted(self._moved.keys() | kept.keys()):
            (rows, _), (events, _) = one, other = kept.get(sku, (0, 0)), self._moved.get(sku, (0, 0))
            if one != other:
                yield sku, f"its {rows} movements are not the {events} of its events"


def _added(so_far: tuple[int, int], moved: tuple[object, ...]) -> tuple[int, int]:
    count, digest = so_far
    return count + 1, hash((digest, moved))


async def wrong_stock_rows(inventory: Snapshot) -> AsyncIterator[Offender]:
    fold = StockFold(inventory)
    await fold.fold()
    command = "./eventflow rebuild inventory --check"
    async for sku, problem in fold.wrong_levels():
        yield Offender(Clause.FOLDS, f"stock {sku}", problem, command)
    async for sku, problem in fold.wrong_movements():
        yield Offender(Clause.FOLDS, f"movements {sku}", problem, command)


async def wrong_calls(payment: Snapshot) -> AsyncIterator[Offender]:
    """Calls to the provider that no payment waits for, and those that are missing: they would never be asked."""
    kept = {key async for page in payment.pages(_CALLS) for (key,) in page}
    wanted = {
        entry[0]
        async for page in payment.pages(_OPEN)
        for record in page
        for entry in keys_of(record)
        if entry[3] is None
    }
    for key in sorted(kept ^ wanted):
        problem = (
            "it is missing, and its payment waits for it" if key in wanted else "no payment waits for it"
        )
        command = "./eventflow rebuild payment --check"
        yield Offender(Clause.FOLDS, f"provider_calls {key}", problem, command)
