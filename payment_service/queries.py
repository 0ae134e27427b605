"""Reading payments: rows as last committed, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from payment_service.domain.payment import Payment, PaymentStatus, Terms
from payment_service.tables import PAYMENTS
from shared.database.reading import Reader
from shared.database.row_store import decoded_row
from shared.eventsourcing.rows import Row

_COLUMNS = "version, state::text, created_at, updated_at"
_ONE = text(f"SELECT {_COLUMNS} FROM payments WHERE payment_id = :payment_id")
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


def _found(row: Row[Payment]) -> PaymentFound | None:
    """None for what is only remembered until its order arrives: nobody outside sees that."""
    match row:
        case Row(
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

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

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

    async def _payments(self, statement: TextClause, parameters: Mapping[str, Any]) -> list[PaymentFound]:
        rows = await self._reader.rows(statement, parameters)
        payments = (_found(decoded_row(PAYMENTS, *row)) for row in rows)
        return [payment for payment in payments if payment is not None]


@cache
def _newest(given: frozenset[str]) -> TextClause:
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name in sorted(given))
    return text(
        f"SELECT {_COLUMNS} FROM payments WHERE status IS NOT NULL{conditions} ORDER BY id DESC LIMIT :limit"
    )
