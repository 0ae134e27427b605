"""Recent minutes in numbers: events by type, and how orders ended."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from notification_gateway.entries import Entry

LENGTH = timedelta(minutes=15)

PLACED, CONFIRMED, FAILED, CANCELLED = "order.created", "order.confirmed", "order.failed", "order.cancelled"
_WITH_REASON = frozenset({FAILED, CANCELLED})
# Types and reasons come from outside; so many of each are told apart within a minute.
_MOST_KINDS = 200
# Clocks differ: a minute that is ahead must not take the place of those that are asked for.
_MOST_MINUTES = 60


@dataclass(slots=True)
class Minute:
    """`by_type` counts events, `reasons` failed and cancelled orders by (type, reason)."""

    by_type: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])


class Window:
    """Counts events by the minute that they happened in."""

    def __init__(self) -> None:
        self._minutes: dict[datetime, Minute] = {}
        self.since: datetime | None = None

    def count(self, entry: Entry) -> None:
        """Events whose time cannot be read do not count."""
        at = _time_of(entry)
        if at is None:
            return
        self.since = min(self.since or at, at)
        start = at.replace(second=0, microsecond=0)
        minute = self._minutes.get(start)
        if minute is None:
            minute = self._minutes[start] = Minute()
            if len(self._minutes) > _MOST_MINUTES:
                del self._minutes[min(self._minutes)]
        _count(minute.by_type, entry.type)
        if entry.type in _WITH_REASON:
            _count(minute.reasons, (entry.type, entry.reason or "unknown"))

    def minutes(self, start: datetime, end: datetime) -> Mapping[datetime, Minute]:
        """Those from the minute `start` on that begin before `end`."""
        return {at: minute for at, minute in self._minutes.items() if start <= at < end}


def _count(counter: Counter[Any], kind: Any) -> None:
    if kind in counter or len(counter) < _MOST_KINDS:
        counter[kind] += 1


def _time_of(entry: Entry) -> datetime | None:
    try:
        return datetime.fromisoformat(entry.time).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
