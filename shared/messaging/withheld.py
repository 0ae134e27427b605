"""Streams that the relay withholds: one of their events cannot be published, and those behind it must not overtake it.

All other streams go on. The checkpoint passes what is withheld, so it is written down before: nothing is forgotten.
"""

from itertools import islice

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.eventsourcing.recorded import Recorded
from shared.observability import metrics

_LOAD = text("SELECT stream, position FROM withheld_streams ORDER BY position")
_FIRST_BEHIND = text("SELECT stream, position FROM events WHERE position > :after ORDER BY position LIMIT 1")
_ADD = text(
    "INSERT INTO withheld_streams (stream, position, error) VALUES (:stream, :position, :error)"
    " ON CONFLICT (stream) DO NOTHING"
)
_ADVANCE = text("UPDATE withheld_streams SET position = :position WHERE stream = :stream")
_RELEASE = text("DELETE FROM withheld_streams WHERE stream = :stream")


class WithheldStreams:
    """From which position on each of them is withheld, in memory as in the table. Used by the leader alone.

    Everything is committed on the leader's own session: who does not lead any more cannot change it.
    """

    def __init__(self, session: AsyncConnection, positions: dict[str, int]) -> None:
        self._session = session
        self._positions = positions
        self._report()

    @classmethod
    async def of(cls, session: AsyncConnection) -> "WithheldStreams":
        """As the leader before has left them."""
        found = await session.execute(_LOAD)
        return cls(session, dict(row for row in found))

    def __len__(self) -> int:
        return len(self._positions)

    def longest_untried(self, most: int) -> list[tuple[str, int]]:
        """Streams and their positions; asked again, others come first."""
        found = list(islice(self._positions.items(), most))
        for stream, position in found:
            del self._positions[stream]
            self._positions[stream] = position
        return found

    def __contains__(self, event: Recorded) -> bool:
        position = self._positions.get(event.stream)
        return position is not None and event.position >= position

    async def add_first_behind(self, position: int, error: str) -> int:
        """Withholds the stream of the first event behind the position, from there on; returns that event's position."""
        found = await self._session.execute(_FIRST_BEHIND, {"after": position})
        stream, first = found.one()
        await self._session.execute(_ADD, {"stream": stream, "position": first, "error": error})
        self._positions.setdefault(stream, first)
        self._report()
        return first

    async def advance(self, stream: str, position: int) -> None:
        """What lies before the position has been published since."""
        await self._session.execute(_ADVANCE, {"stream": stream, "position": position})
        self._positions[stream] = position

    async def release(self, stream: str) -> None:
        """All that was passed has been published since."""
        await self._session.execute(_RELEASE, {"stream": stream})
        del self._positions[stream]
        self._report()

    def _report(self) -> None:
        metrics.WITHHELD_STREAMS.set(len(self._positions))
