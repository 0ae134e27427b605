"""Orders as they once were: the fold of their events up to a version or a time."""

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.domain.order import Order
from order_service.tables import ORDERS
from shared.database.reading import Reader
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row
from shared.eventsourcing.store import EventStore

_AT_ONCE = 200


class PastOrders:
    """Every method raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine, store: EventStore) -> None:
        self._reader = Reader(engine)
        self._store = store

    async def at_version(self, order_id: UUID, version: int) -> Row[Order] | None:
        """None when there is no such order or it never had this version."""
        order = Row(0, ORDERS.initial)
        async for event in self._events(order_id):
            order = _after(order, event)
            if order.version == version:
                return order
        return None

    async def as_of(self, order_id: UUID, time: datetime) -> Row[Order] | None:
        """None when there is no such order or it was placed later than at `time`."""
        order = Row(0, ORDERS.initial)
        async for event in self._events(order_id):
            if event.time > time:
                break
            order = _after(order, event)
        return order if order.version else None

    async def _events(self, order_id: UUID) -> AsyncGenerator[Recorded]:
        stream, version = ORDERS.stream(str(order_id)), 0
        while True:
            async with self._reader.connection() as connection:
                page = await self._store.stream(connection, stream, after_version=version, limit=_AT_ONCE)
            for event in page:
                yield event
            if len(page) < _AT_ONCE:
                return
            version = page[-1].version


def _after(order: Row[Order], event: Recorded) -> Row[Order]:
    return Row(
        event.version, ORDERS.evolve(order.state, event.event), order.created_at or event.time, event.time
    )
