"""I5 for what is folded from the events of several streams, within one database at one moment."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from inventory_service.domain.movements import movements_of
from ops.audit.clauses import Clause, Offender
from ops.audit.folds import compared
from ops.audit.ledger import keys_of
from ops.audit.snapshots import Snapshot
from ops.histories import History
from shared.eventsourcing.codec import UnknownEventType
from shared.eventsourcing.rows import Projection, Row

_FORWARD = "SELECT stream, type, data::text, time FROM events ORDER BY position"
_KEPT = "SELECT id::text, version, state::text, created_at, updated_at FROM {table} WHERE version > 0"
_MOVEMENTS = """
SELECT sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id::text, reason, at
FROM movements ORDER BY sku, number"""

# An open call is one whose outcome the payment does not know; that the payment is its events' fold is proved by itself.
_OPEN = """
SELECT id, version, state::text FROM payments
WHERE status = 'PROCESSING' OR state->'refunds' @> '[{"status": "REQUESTED"}]' ORDER BY id"""
_CALLS = "SELECT key FROM provider_calls"

# What an order holds never changes; that it is its events' fold is proved by itself.
_WRONG_SKUS = """
SELECT coalesce(held.id, kept.order_id)::text, coalesce(held.sku, kept.sku), held.sku IS NULL
FROM (
    SELECT DISTINCT id, line->>'sku' AS sku FROM orders, jsonb_array_elements(state->'lines') AS line WHERE version > 0
) AS held FULL JOIN order_skus AS kept ON kept.order_id = held.id AND kept.sku = held.sku
WHERE held.sku IS NULL OR kept.sku IS NULL ORDER BY 1, 2"""


async def wrong_projections(history: History, database: Snapshot) -> AsyncIterator[Offender]:
    """Whatever a service keeps beside the rows of its aggregates, as far as its own events say what it should be."""
    command = f"./eventflow rebuild {history.service} --check"
    if history.projections:
        async for subject, problem in _wrong_folds(history, database):
            yield Offender(Clause.FOLDS, subject, problem, command)
    if history.service == "order":
        async for subject, problem in _wrong_skus(database):
            yield Offender(Clause.FOLDS, subject, problem, command)
    if history.service == "payment":
        async for subject, problem in _wrong_calls(database):
            yield Offender(Clause.FOLDS, subject, problem, command)


async def _wrong_folds(history: History, database: Snapshot) -> AsyncIterator[tuple[str, str]]:
    """Projections, and the movements of stock, from all events in position order. Memory grows with the keys alone."""
    folds = [_Fold(projection) for projection in history.projections]
    movements = _Movements() if history.service == "inventory" else None
    takers: list[Callable[[str, Any, datetime], None]] = [fold.take for fold in folds]
    if movements is not None:
        takers.append(movements.take)
    async for page in database.pages(_FORWARD):
        for stream, type_, data, time in page:
            try:
                event = history.codec.decode(type_, data)
            except (ValidationError, UnknownEventType):  # the fold of its own stream names it
                continue
            row_id = stream.partition("-")[2]
            for take in takers:
                take(row_id, event, time)
    for fold in folds:
        async for difference in fold.differences(database):
            yield difference
    if movements is not None:
        async for difference in movements.differences(database):
            yield difference


class _Fold:
    def __init__(self, projection: Projection[Any]) -> None:
        self._table = projection
        self._rows: dict[str, Row[Any]] = {}

    def take(self, row_id: str, event: Any, time: datetime) -> None:
        for key in self._table.keys(row_id, event):
            row = self._rows.get(key) or Row(0, self._table.initial)
            state = self._table.project(row.state, key, event)
            self._rows[key] = Row(row.version + 1, state, row.created_at or time, time)

    async def differences(self, database: Snapshot) -> AsyncIterator[tuple[str, str]]:
        query = _KEPT.format(table=self._table.name)
        kept = [record async for page in database.pages(query) for record in page]
        for record in kept:
            self._rows.setdefault(record[0], Row(0, self._table.initial))
        for key, problem in compared(self._table, self._rows, kept):
            yield f"{self._table.name} {key}", problem


class _Movements:
    """Compared by a running digest per SKU, so that their number does not matter."""

    def __init__(self) -> None:
        self._moved: dict[str, tuple[int, int]] = {}

    def take(self, row_id: str, event: Any, time: datetime) -> None:
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

    async def differences(self, database: Snapshot) -> AsyncIterator[tuple[str, str]]:
        kept: dict[str, tuple[int, int]] = {}
        async for page in database.pages(_MOVEMENTS):
            for sku, *moved in page:
                kept[sku] = _added(kept.get(sku, (0, 0)), tuple(moved))
        for sku in sorted(self._moved.keys() | kept.keys()):
            (rows, _), (events, _) = one, other = kept.get(sku, (0, 0)), self._moved.get(sku, (0, 0))
            if one != other:
                yield f"movements {sku}", f"its {rows} movements are not the {events} of its events"


def _added(so_far: tuple[int, int], moved: tuple[object, ...]) -> tuple[int, int]:
    count, digest = so_far
    # Numbers as text: to Python -1 and -2 have the same hash.
    return count + 1, hash((digest, *(str(value) if isinstance(value, int) else value for value in moved)))


async def _wrong_skus(order: Snapshot) -> AsyncIterator[tuple[str, str]]:
    """Orders that are not found by a SKU that they hold, or are found by another."""
    async for page in order.pages(_WRONG_SKUS):
        for order_id, sku, too_much in page:
            problem = f"it is found by {sku}, which it does not hold"
            yield f"order_skus {order_id}", problem if too_much else f"it holds {sku} and is not found by it"


async def _wrong_calls(payment: Snapshot) -> AsyncIterator[tuple[str, str]]:
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
        missing = "it is missing, and its payment waits for it"
        yield f"provider_calls {key}", missing if key in wanted else "no payment waits for it"
