"""How far the relay has come: the checkpoint that it starts from, and how far it had come when."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.crash_points import CrashPoint, reached
from shared.database.faults import DatabaseFault, translated
from shared.observability import metrics

CHECKPOINT = "relay"

_SAVED_EVERY = timedelta(milliseconds=50)
_NOTED_EVERY = timedelta(seconds=1)
_NOTES_KEPT = timedelta(days=2)

_FIND = text("SELECT position FROM checkpoints WHERE name = :name")
_FIND_FOR_STREAM = text(
    "SELECT least(coalesce((SELECT position FROM checkpoints WHERE name = :name), 0),"
    " (SELECT position - 1 FROM withheld_streams WHERE stream = :stream))"
)
# Never beyond what is there, or events to come would count as published.
_SAVE = text(
    "INSERT INTO checkpoints (name, position) SELECT :name, CAST(:position AS bigint)"
    " WHERE EXISTS (SELECT FROM events WHERE position >= CAST(:position AS bigint)) ON CONFLICT (name)"
    " DO UPDATE SET position = greatest(checkpoints.position, excluded.position)"
)
_NOTE = text("INSERT INTO relay_progress (at, position) VALUES (:at, :position) ON CONFLICT DO NOTHING")
_FORGET_NOTES = text("DELETE FROM relay_progress WHERE at < :before")
# Positions have holes where transactions were rolled back, so the difference of two is a count at most.
_BACKLOG = text(
    "SELECT coalesce((SELECT max(position) FROM events), 0),"
    " (SELECT time FROM events WHERE position > :confirmed ORDER BY position LIMIT 1)"
)


class EventsMissing(DatabaseFault):
    """Published was more than this database holds: it is another one by now, which lacks the newest events."""


async def find_checkpoint(connection: AsyncConnection) -> int:
    """The position up to which everything that is not withheld was confirmed; 0 when nothing was."""
    return await connection.scalar(_FIND, {"name": CHECKPOINT}) or 0


async def published_up_to(connection: AsyncConnection, stream: str) -> int:
    """The position up to which everything of the stream was confirmed; 0 when nothing was."""
    return await connection.scalar(_FIND_FOR_STREAM, {"name": CHECKPOINT, "stream": stream})


class Checkpoint:
    """Writes down, on connections of its own, what the broker has confirmed. It only rises, whoever writes it."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def record(self, confirmed: Callable[[], int], stop: asyncio.Event) -> None:
        """Saves the position soon after it rises, and notes once a second how far it has come. Runs until `stop`."""
        saved = confirmed()
        elapsed, note_at = asyncio.get_running_loop().time, 0.0
        while not stop.is_set():
            if confirmed() > saved:
                saved = confirmed()
                reached(CrashPoint.PUBLISHED)
                await self.save(saved)
            if elapsed() >= note_at:  # not by the clock: one that is set back would be silent for as long
                note_at = elapsed() + _NOTED_EVERY.total_seconds()
                await self._note(saved, self._clock())
            await asyncio.sleep(_SAVED_EVERY.total_seconds())

    async def save(self, position: int) -> None:
        """Raises EventsMissing, and saves nothing, when no event has that position or a higher one."""
        if position == 0:
            return
        with translated():
            async with self._engine.begin() as connection:
                saved = await connection.execute(_SAVE, {"name": CHECKPOINT, "position": position})
        if not saved.rowcount:
            raise EventsMissing(f"published up to position {position}, where there is no event any more")

    async def _note(self, position: int, now: datetime) -> None:
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(_NOTE, {"at": now, "position": position})
                await connection.execute(_FORGET_NOTES, {"before": now - _NOTES_KEPT})
                last, oldest = (await connection.execute(_BACKLOG, {"confirmed": position})).one()
        metrics.RELAY_LAG_EVENTS.set(max(0, last - position))
        metrics.RELAY_LAG.set((now - oldest).total_seconds() if oldest else 0.0)
