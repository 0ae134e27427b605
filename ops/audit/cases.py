"""One order with its payment and its reservation, as three databases hold them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from inventory_service.domain.reservation import Reservation
from inventory_service.tables import RESERVATIONS
from ops.audit.aligning import aligned
from ops.audit.snapshots import Record, Snapshot
from order_service.domain.order import Order
from order_service.tables import ORDERS
from payment_service.domain.payment import Payment
from payment_service.tables import PAYMENTS
from shared.database.row_store import decoded_row
from shared.eventsourcing.rows import Row, Table

S = TypeVar("S")

_ROWS = "SELECT id, version, state::text, created_at, updated_at FROM {table} WHERE version > 0 ORDER BY id"
# Refunds that no person asked for: right after a cancellation, wrong for goods that the customer keeps.
_AUTOMATIC = """
SELECT substr(stream, 9)::uuid AS id, array_agg(data->>'refund_id')
FROM events WHERE type = 'payment.refund_requested' AND metadata->'actor'->>'role' = 'service'
GROUP BY stream ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is not there, or cannot be read, has version 0 and the initial state.

    `automatic` are the ids of the refunds that the payment service asked for by itself.
    """

    order_id: UUID
    order: Row[Order]
    payment: Row[Payment]
    reservation: Row[Reservation]
    automatic: frozenset[str] = frozenset()

    @property
    def versions(self) -> tuple[int, int, int]:
        return self.order.version, self.payment.version, self.reservation.version

    @property
    def last_change(self) -> datetime | None:
        times = (self.order.updated_at, self.payment.updated_at, self.reservation.updated_at)
        return max((time for time in times if time is not None), default=None)

    @property
    def command(self) -> str:
        return f"./eventflow order timeline {self.order_id}"


async def cases(databases: Mapping[str, Snapshot]) -> AsyncIterator[Case]:
    """Every order that any of the three services knows, in the order of ids."""
    streams = (
        databases["order"].pages(_ROWS.format(table=ORDERS.name)),
        databases["payment"].pages(_ROWS.format(table=PAYMENTS.name)),
        databases["inventory"].pages(_ROWS.format(table=RESERVATIONS.name)),
        databases["payment"].pages(_AUTOMATIC),
    )
    async for order_id, (order, payment, reservation, automatic) in aligned(*streams):
        yield Case(
            order_id,
            _row(ORDERS, order),
            _row(PAYMENTS, payment),
            _row(RESERVATIONS, reservation),
            frozenset[str](automatic[1]) if automatic else frozenset(),
        )


def _row(table: Table[S], record: Record | None) -> Row[S]:
    nothing: Row[Any] = Row(0, table.initial)
    if record is None:
        return nothing
    _, version, state, created_at, updated_at = record
    try:
        return decoded_row(table, version, state, created_at, updated_at)
    except ValidationError:  # I5 names it
        return nothing
