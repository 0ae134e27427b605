"""What was done to the arena and what it took to recover, counted."""

import time
from collections import Counter
from dataclasses import dataclass, field


class Stopwatch:
    """Writes down how many seconds each phase took; the first begins at once."""

    def __init__(self, took: dict[str, float]) -> None:
        self._took = took
        self._began = time.monotonic()

    def lap(self, phase: str) -> None:
        """This phase ends now, and the next begins."""
        now = time.monotonic()
        self._took[phase] = now - self._began
        self._began = now


@dataclass(slots=True)
class Tally:
    """Of one round, or of several added up. Times are the longest seen, in seconds.

    `kills` counts SIGKILLs by where they hit, `other` everything else that was done. `back_after`: from the end of a
    process until its successor serves, by part; `handover`: until another relay leads; `drained_in`: from SIGTERM to the
    end; `ended_after`: from an order's last request until nothing more happened to it. `took`: by phase, of one round alone.
    `offered` are the orders per second that were wanted, `stored` the public events that services have stored, and
    `unlike` those of them, or of the stream's, that the other has not, or otherwise.
    """

    rounds: int = 0
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter[str])
    other: Counter[str] = field(default_factory=Counter[str])
    restarts: Counter[str] = field(default_factory=Counter[str])
    took: dict[str, float] = field(default_factory=dict[str, float])
    offered: float = 0.0
    orders: int = 0
    ends: Counter[str] = field(default_factory=Counter[str])
    repeated_requests: int = 0
    placing_seconds: float = 0.0
    lost: int = 0
    twice: int = 0
    stored: int = 0
    unlike: int = 0
    published_again: int = 0
    held_by_sockets: int = 0
    reconnections: int = 0
    back_after: dict[str, float] = field(default_factory=dict[str, float])
    handover: float = 0.0
    handovers: int = 0
    drained_in: float = 0.0
    accepted_none_for: float = 0.0
    ended_after: float = 0.0
    audited: Counter[str] = field(default_factory=Counter[str])

    @property
    def killed(self) -> int:
        return sum(self.kills.values())

    @property
    def rate(self) -> float:
        """Orders accepted per second of load."""
        return self.orders / self.placing_seconds if self.placing_seconds else 0.0

    def came_back(self, part: str, seconds: float) -> None:
        self.back_after[part] = max(seconds, self.back_after.get(part, 0.0))

    def add(self, other: "Tally") -> None:
        """Adds another's counts, and takes the longer of the times."""
        for counts, more in (
            (self.kills, other.kills),
            (self.other, other.other),
            (self.restarts, other.restarts),
            (self.ends, other.ends),
            (self.audited, other.audited),
        ):
            counts.update(more)
        self.rounds += other.rounds
        self.seconds += other.seconds
        self.orders += other.orders
        self.repeated_requests += other.repeated_requests
        self.placing_seconds += other.placing_seconds
        self.lost += other.lost
        self.twice += other.twice
        self.stored += other.stored
        self.unlike += other.unlike
        self.published_again += other.published_again
        self.held_by_sockets += other.held_by_sockets
        self.reconnections += other.reconnections
        self.handovers += other.handovers
        for part, seconds in other.back_after.items():
            self.came_back(part, seconds)
        self.offered = max(self.offered, other.offered)
        self.handover = max(self.handover, other.handover)
        self.drained_in = max(self.drained_in, other.drained_in)
        self.accepted_none_for = max(self.accepted_none_for, other.accepted_none_for)
        self.ended_after = max(self.ended_after, other.ended_after)
