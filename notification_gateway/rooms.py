"""Who follows what: every event goes to the feeds of its rooms at once, and to dashboards together with others."""

import asyncio
from collections import defaultdict

from notification_gateway.entries import DASHBOARD, Entry, Room
from notification_gateway.feed import Feed
from notification_gateway.messages import Message, event_message
from notification_gateway.packing import TOGETHER
from shared.observability.metrics import SUBSCRIPTIONS

COALESCED_SECONDS = 0.1


class Rooms:
    """The feeds by what they follow; a listener of the journal."""

    def __init__(self) -> None:
        self._feeds: defaultdict[Room, set[Feed]] = defaultdict(set)
        self._dashboards = Dashboards()

    def __len__(self) -> int:
        """How many are followed by anybody."""
        return len(self._feeds)

    def join(self, room: Room, feed: Feed) -> None:
        if feed not in self._feeds[room]:
            self._feeds[room].add(feed)
            SUBSCRIPTIONS.inc()

    def leave(self, room: Room, feed: Feed) -> None:
        if feed in self._feeds[room]:
            self._feeds[room].remove(feed)
            SUBSCRIPTIONS.dec()
        if room == DASHBOARD:
            self._dashboards.forget(feed)
        if not self._feeds[room]:
            del self._feeds[room]

    def heard(self, entry: Entry) -> None:
        feeds = {feed for room in entry.rooms for feed in self._feeds.get(room, ()) if feed.live}
        dashboards = {feed for feed in self._feeds.get(DASHBOARD, ()) if feed.live}
        if feeds or dashboards:
            item = entry.item
            message = event_message(item)
            for feed in feeds:
                if feed.follows(entry):
                    feed.push(message)
            self._dashboards.add(item, frozenset(feed for feed in dashboards if feed.follows(entry)))

    def lost(self, reason: str) -> None:
        self._dashboards.flush()
        for feed in {feed for feeds in self._feeds.values() for feed in feeds}:
            feed.start_again(reason)


class Dashboards:
    """What happens within 100 ms is sent together; what comes after a pause, at once."""

    def __init__(self) -> None:
        self._items: list[tuple[bytes, frozenset[Feed]]] = []
        self._not_before = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, item: bytes, feeds: frozenset[Feed]) -> None:
        """An event for these feeds, all of them live."""
        if not feeds:
            return
        self._items.append((item, feeds))
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._not_before), self.flush)

    def forget(self, feed: Feed) -> None:
        """What has gathered for it is not sent: behind a cursor that it comes back with, it comes in its turn."""
        self._items = [(item, feeds - {feed}) for item, feeds in self._items]

    def flush(self) -> None:
        """Sends what has gathered. Nearly always it is the same for all, and made into messages once."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._not_before = asyncio.get_running_loop().time() + COALESCED_SECONDS
        gathered, self._items = self._items, []
        packed: dict[tuple[int, ...], list[Message]] = {}
        for feed in {feed for _, feeds in gathered for feed in feeds}:
            due = tuple(place for place, (_, feeds) in enumerate(gathered) if feed in feeds)
            if due not in packed:
                parts = TOGETHER.parts((gathered[place][0] for place in due), len)
                packed[due] = [TOGETHER.message(part) for part in parts]
            for message in packed[due]:
                feed.push(message)
