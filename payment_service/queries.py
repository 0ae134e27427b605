"""Reading payments: rows as last committed, newest first, and the history of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from payment_service.domain.payment import Payment, PaymentStatus, Terms
from payment_service.tables import PAYMENTS
from shared.database.faults import translated
from shared.database.row_store import decoded_row
from shared.eventsourcing import rows
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.messaging.relay import CHECKPOINT

_COLUMNS = "version, state::text, created_at, updated_at"
_ONE = text(f"SELECT {_COLUMNS} FROM payments WHERE payment_id = :payment_id")
_RELAYED = text("SELECT position FROM checkpoints WHERE name = :name")
_CONDITIONS = {
    "order_id": "id = :order_id",
    "status": "status = :status",
    "customer_id": "customer_id = :customer_id",
    "before": "id < :before",
}


@dataclass(frozen=True, slots=True)
class PaymentFound:
    """A payment whose order was heard of."""

    terms: Terms
    status: PaymentStatus
    payment: Payment
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    order_id: UUID | None = None
    status: PaymentStatus | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """One event of a payment's history; `relayed`: the relay's checkpoint has passed it."""

    event: Recorded
    relayed: bool


def found(row: rows.Row[Payment]) -> PaymentFound | None:
    """None for what is only remembered until its order arrives: nobody outside sees that."""
    match row:
        case rows.Row(
            version=version,
            state=Payment(terms=Terms() as terms, status=PaymentStatus() as status) as payment,
            created_at=datetime() as created_at,
            updated_at=datetime() as updated_at,
        ):
            return PaymentFound(terms, status, payment, version, created_at, updated_at)
        case _:
            return None


class PaymentQueries:
    """Every method raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine, store: EventStore) -> None:
        self._engine = engine
        self._store = store

    async def payment(self, payment_id: UUID) -> PaymentFound | None:
        payments = await self._payments(_ONE, {"payment_id": payment_id})
        return payments[0] if payments else None

    async def newest(self, wanted: PaymentFilter, before: UUID | None, limit: int) -> list[PaymentFound]:
        """Those of the newest orders first, going on before the order `before`."""
        parameters: dict[str, Any] = {
            "order_id": wanted.order_id,
            "status": wanted.status,
            "customer_id": wanted.customer_id,
            "before": before,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return await self._payments(_newest(frozenset(given)), {**given, "limit": limit})

    async def history(self, order_id: UUID, after_version: int, limit: int) -> list[Remembered]:
        """The events of the order's payment in order of their versions."""
        stream = PAYMENTS.stream(str(order_id))
        with translated():
            async with self._engine.connect() as connection:
                relayed = await connection.scalar(_RELAYED, {"name": CHECKPOINT}) or 0
                events = await self._store.stream(
                    connection, stream, after_version=after_version, limit=limit
                )
        return [Remembered(event, event.position <= relayed) for event in events]

    async def _payments(self, statement: TextClause, parameters: Mapping[str, Any]) -> list[PaymentFound]:
        with translated():
            async with self._engine.connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(statement, parameters)).all()
        payments = (found(decoded_row(PAYMENTS, *row)) for row in rows)
        return [payment for payment in payments if payment is not None]


@lru_cache
def _newest(given: frozenset[str]) -> TextClause:
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name in sorted(given))
    return text(
        f"SELECT {_COLUMNS} FROM payments WHERE status IS NOT NULL{conditions} ORDER BY id DESC LIMIT :limit"
    )
