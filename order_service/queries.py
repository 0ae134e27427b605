"""Reading orders: rows as last committed, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.domain.lifecycle import OrderStatus
from order_service.domain.order import Order
from order_service.tables import ORDERS
from shared.database.reading import Reader
from shared.database.row_store import decoded_row
from shared.eventsourcing.rows import Row

_COLUMNS = "id, version, state::text, created_at, updated_at"
_ONE = text(f"SELECT {_COLUMNS} FROM orders WHERE id = :id AND version > 0")
_CUSTOMER = text("SELECT customer_id FROM orders WHERE id = :id AND version > 0")
_AFTER_ALL = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """No statuses: all of them."""

    statuses: Collection[OrderStatus] = ()
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderFound:
    """An order that exists: its id and its row."""

    order_id: UUID
    row: Row[Order]


class OrderQueries:
    """Every method raises Unavailable when the database does not answer. A row of version 0 is no order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

    async def order(self, order_id: UUID) -> OrderFound | None:
        found = await self._orders(_ONE, {"id": order_id})
        return found[0] if found else None

    async def customer_of(self, order_id: UUID) -> str | None:
        """Whose order it is, which never changes; None when there is no such order."""
        found = await self._reader.rows(_CUSTOMER, {"id": order_id})
        return found[0].customer_id if found else None

    async def newest(self, wanted: OrderFilter, before: UUID | None, limit: int) -> list[OrderFound]:
        """Orders by descending id, which is their time, from below `before`."""
        parameters: dict[str, Any] = {"limit": limit, "before": before or _AFTER_ALL}
        if wanted.customer_id is not None:
            parameters["customer_id"] = wanted.customer_id
        if wanted.statuses:
            parameters["statuses"] = sorted(wanted.statuses)
        return await self._orders(_newest(frozenset(parameters)), parameters)

    async def _orders(self, statement: TextClause, parameters: dict[str, Any]) -> list[OrderFound]:
        rows = await self._reader.rows(statement, parameters)
        return [OrderFound(order_id, decoded_row(ORDERS, *columns)) for order_id, *columns in rows]


@cache
def _newest(given: frozenset[str]) -> TextClause:
    statement = text(_newest_sql(given))
    if "statuses" in given:
        statement = statement.bindparams(bindparam("statuses", type_=ARRAY(Text)))
    return statement


def _newest_sql(given: frozenset[str]) -> str:
    if "customer_id" in given:
        wanted = " AND status = ANY(:statuses)" if "statuses" in given else ""
        return _page(f"id < :before AND customer_id = :customer_id{wanted}", "id DESC")
    if "statuses" in given:
        # The newest of each status, then the newest of those. Compared as a row, only the index by status and id
        # serves: a plain `status =` may walk all orders by id to find a few of a rare status.
        each = _page(
            "status >= wanted.status AND (status, id) < (wanted.status, :before)", "status DESC, id DESC"
        )
        return (
            f"SELECT o.* FROM unnest(:statuses) AS wanted (status) CROSS JOIN LATERAL ({each}) AS o"
            " ORDER BY o.id DESC LIMIT :limit"
        )
    return _page("id < :before", "id DESC")


def _page(condition: str, order: str) -> str:
    return f"SELECT {_COLUMNS} FROM orders WHERE version > 0 AND {condition} ORDER BY {order} LIMIT :limit"
