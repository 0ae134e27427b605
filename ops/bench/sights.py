"""When an event could be seen: the highest position in the event table, read from outside every 10 ms.

An event's own time is taken before its transaction; what counts for a customer is when it is committed. So a moment
told here is never too early, and at most some 10 ms late.
"""

import asyncio
import json
from bisect import bisect_left
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import monotonic

from ops.stack.sql import Connection, connected

LOOK_EVERY = 0.01

_LAST = "SELECT coalesce(max(position), 0) FROM events"
_COUNT = (
    "SELECT count(*) FROM events"
    " WHERE position > $1 AND type = 'order.confirmed' AND substr(stream, 7) = ANY($2::text[])"
)
_CONFIRMED = (
    "SELECT coalesce(json_object_agg(substr(stream, 7), position), '{}')::text"
    " FROM events WHERE position > $1 AND position <= $2 AND type = 'order.confirmed'"
)


class Timeline:
    """When each position was first seen to be reached."""

    def __init__(self) -> None:
        self._moments: list[float] = []
        self._positions: list[int] = []

    def see(self, position: int, moment: float) -> None:
        if not self._positions or position > self._positions[-1]:
            self._moments.append(moment)
            self._positions.append(position)

    @property
    def reached(self) -> int:
        """The last position seen; 0 when nothing was."""
        return self._positions[-1] if self._positions else 0

    def moment(self, position: int) -> float:
        return self._moments[bisect_left(self._positions, position)]


class Sights:
    """What is confirmed from `start` on, on two connections: one looks on, the other one is asked."""

    def __init__(self, looking: Connection, asked: Connection, start: int) -> None:
        self._looking = looking
        self._asked = asked
        self._start = start
        self._timeline = Timeline()

    async def look(self, stop: asyncio.Event) -> None:
        """Looks on, and once more when `stop` is set."""
        last_look = False
        while not last_look:
            last_look = stop.is_set()
            self._timeline.see(await self._looking.fetchval(_LAST), monotonic())
            await asyncio.sleep(LOOK_EVERY)

    async def confirmed(self, order_ids: Sequence[str]) -> int:
        """How many of these are confirmed; it walks the table, so it is not for while others are being timed."""
        return await self._asked.fetchval(_COUNT, self._start, order_ids)

    async def moments(self) -> dict[str, float]:
        """When each order was seen to be confirmed, on the monotonic clock, by order id; after the last look."""
        told = await self._asked.fetchval(_CONFIRMED, self._start, self._timeline.reached)
        positions: dict[str, int] = json.loads(told)
        return {order_id: self._timeline.moment(position) for order_id, position in positions.items()}


@asynccontextmanager
async def sights_of(events_url: str) -> AsyncGenerator[Sights]:
    """Sights of the event table that this login reads, from now on."""
    async with connected(events_url) as looking, connected(events_url) as asked:
        yield Sights(looking, asked, await asked.fetchval(_LAST))
