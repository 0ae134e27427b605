"""What was heard last, in memory: recent events as bytes, and where each recent event id came first.

A relay that crashes between publishing and its checkpoint publishes again. The copy has another offset, and is
dropped here, once, for everybody.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from operator import attrgetter

from notification_gateway.cursors import Cursor, position_of
from notification_gateway.entries import Entry

MOST_BYTES = 32_000_000
MOST_IDS = 200_000

_POSITION = attrgetter("position")
# Taking one from the front of a list moves all others.
_DROPPED_TOGETHER = 2_000


class FirstPositions:
    """The first position of each of the last `most` event ids."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._positions: dict[bytes, int] = {}
        self._keys: deque[bytes] = deque()

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def full(self) -> bool:
        return len(self._keys) >= self.most

    def record(self, entry: Entry) -> bool:
        """Whether this is the first time; a copy at another position is not."""
        key = entry.key
        known = self._positions.get(key)
        if known is not None:
            return known == entry.position
        self._positions[key] = entry.position
        self._keys.append(key)
        if len(self._keys) > self.most:
            del self._positions[self._keys.popleft()]
        return True

    def is_copy(self, entry: Entry) -> bool:
        return self._positions.get(entry.key, entry.position) != entry.position


class History:
    """The newest events, up to so many bytes of them. It holds everything behind `floor`, copies left out."""

    def __init__(self, first_offset: int, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: list[Entry] = []
        self._start = 0
        self._bytes = 0
        self.floor = position_of(first_offset, 0) - 1
        # Before anything is heard it stands before what will be: at the beginning, unless the stream was truncated.
        self.head = Cursor(self.floor, "")

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._bytes += len(entry.raw)
        self.head = entry.cursor
        while self._bytes > self._most_bytes:
            oldest = self._entries[self._start]
            self._bytes -= len(oldest.raw)
            self.floor = oldest.position
            self._start += 1
        if self._start > _DROPPED_TOGETHER:
            del self._entries[: self._start]
            self._start = 0

    def covers(self, position: int) -> bool:
        """Whether everything behind the position is in memory."""
        return position >= self.floor

    def knows(self, cursor: Cursor) -> bool:
        """Whether the cursor's own event is in memory, at that place; or it stands before the first of all."""
        if not cursor.event_id:
            return self.covers(cursor.position)
        place = self._behind(cursor.position) - 1
        return place >= self._start and self._entries[place].cursor == cursor

    def after(self, position: int, most: int, most_bytes: int) -> list[Entry]:
        """The next events behind the position, oldest first: one at least, if there is one."""
        start = self._behind(position)
        found = self._entries[start : start + most]
        total = 0
        for count, entry in enumerate(found):
            total += len(entry.raw)
            if total > most_bytes and count:
                return found[:count]
        return found

    def newest(self) -> Iterator[Entry]:
        """All that is in memory, newest first."""
        for place in range(len(self._entries) - 1, self._start - 1, -1):
            yield self._entries[place]

    def _behind(self, position: int) -> int:
        return bisect_right(self._entries, position, lo=self._start, key=_POSITION)
