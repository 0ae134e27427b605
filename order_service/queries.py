"""Reading orders: rows as last committed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.domain.order import Order
from order_service.filtering import OrderFilter, OrderSort, Place
from order_service.paging import COLUMNS, first_id_of, page_of_orders
from order_service.tables import ORDERS
from shared.database.reading import Found, Reader
from shared.database.row_store import decoded_row
from shared.eventsourcing.ids import derived_id, id_milliseconds
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.rows import Row

_ONE = text(f"SELECT {COLUMNS} FROM orders AS o WHERE o.id = :id AND o.version > 0")
_CUSTOMERS = text("SELECT id, customer_id FROM orders WHERE id = ANY(:ids) AND version > 0").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_NOTE = (
    "SELECT id, version, data->>'text', metadata->'actor'->>'subject', metadata->'actor'->>'role', time FROM events"
    " WHERE stream = :stream AND type = 'order.note_added'"
)
_NOTES = text(f"{_NOTE} AND version > :after ORDER BY version LIMIT :limit")
_NOTE_BY = text(f"{_NOTE} AND command_id = :command_id")
_PLACED_WITHIN = text("SELECT id FROM orders WHERE id >= :first AND id <= :end AND version > 0")


@dataclass(frozen=True, slots=True)
class OrderFound:
    """An order that exists: its id and its row."""

    order_id: UUID
    row: Row[Order]

    @property
    def place(self) -> Place:
        return Place(self.order_id, self.row.state.total.amount)


@dataclass(frozen=True, slots=True)
class NoteFound:
    """What somebody wrote about an order, sealed. `version` is the one that the order had by it."""

    note_id: UUID
    version: int
    text: str
    author: Actor
    at: datetime


def payment_id_of(order_id: UUID) -> UUID:
    """The id that the payment service gives to the payment of an order (docs/specification.md, "States")."""
    return derived_id(order_id, "payment")


class OrderQueries:
    """Every method raises Unavailable when the database does not answer. A row of version 0 is no order."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

    async def order(self, order_id: UUID) -> OrderFound | None:
        found = await self._orders(_ONE, {"id": order_id})
        return found[0] if found else None

    async def customers_of(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        """Whose orders they are, which never changes; those that do not exist are left out."""
        rows = await self._reader.rows(_CUSTOMERS, {"ids": list(order_ids)})
        return {row.id: row.customer_id for row in rows}

    async def page(
        self, wanted: OrderFilter, sort: OrderSort, after: Place | None, limit: int
    ) -> list[OrderFound]:
        """Orders in this order, going on after `after`."""
        order_id = None
        if wanted.any_id is not None:
            order_id = await self._order_meant(wanted.any_id)
            if order_id is None:
                return []
        return await self._orders(*page_of_orders(wanted, order_id, sort, after, limit))

    async def notes(self, order_id: UUID, after: int, limit: int) -> list[NoteFound]:
        """The oldest first, going on after the version `after`."""
        given = {"stream": ORDERS.stream(str(order_id)), "after": after, "limit": limit}
        return [_note(row) for row in await self._reader.rows(_NOTES, given)]

    async def note_by(self, order_id: UUID, command_id: UUID) -> NoteFound | None:
        """The note that this command added."""
        given = {"stream": ORDERS.stream(str(order_id)), "command_id": command_id}
        found = await self._reader.rows(_NOTE_BY, given)
        return _note(found[0]) if found else None

    async def _order_meant(self, any_id: UUID) -> UUID | None:
        """The order with this id, or whose payment has it: both hold the same millisecond."""
        time = id_milliseconds(any_id)
        within = {"first": first_id_of(time), "end": UUID(int=first_id_of(time).int + (1 << 80) - 1)}
        for row in await self._reader.rows(_PLACED_WITHIN, within):
            if any_id in (row.id, payment_id_of(row.id)):
                return row.id
        return None

    async def _orders(self, statement: TextClause, parameters: dict[str, Any]) -> list[OrderFound]:
        rows = await self._reader.rows(statement, parameters)
        return [OrderFound(order_id, decoded_row(ORDERS, *columns)) for order_id, *columns in rows]


def _note(row: Found) -> NoteFound:
    note_id, version, sealed, subject, role, at = row
    return NoteFound(note_id, version, sealed, Actor(subject, role), at)
