"""What only the edge may take from the world, made deterministic: the time, and fresh ids."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.eventsourcing import ids


class Clock:
    """The time is what the test says. To be called like the clock of a process."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Ids:
    """UUIDv7 of the clock's time: the n-th id is the same in every run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made = 0

    def new(self) -> UUID:
        self._made += 1
        return ids.event_id(UUID(int=self._made), "edge", 0, self._clock.now)
