"""One kind of message to one socket (`event` or `events`): what it follows, and how it catches up.

While it catches up on anything, live events wait in the history and follow afterwards, so order holds and no event
comes twice, however many of the socket's subscriptions it belongs to.

A client keeps a cursor for each subscription, and an event moves those of all that it is in. Rooms catch up one after
another, so an event may come for one of them while another is still further back: it names those whose cursor it is.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import replace
from operator import attrgetter
from typing import Any

from notification_gateway.catching_up import CannotCatchUp, CatchingUp
from notification_gateway.cursors import Cursor
from notification_gateway.entries import DASHBOARD, Entry, Room, name_of
from notification_gateway.journal import Journal
from notification_gateway.messages import Message, resync_message
from notification_gateway.outbox import Outbox
from notification_gateway.packing import Packing

# A client that has not caught up by then, slow or far behind, had better fetch the present state.
CATCH_UP_SECONDS = 60.0

_POSITION = attrgetter("position")

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Feed:
    """For `customer`, or for somebody whom the shop knows. What `spawn` starts ends with the socket, and the socket with it if it fails.

    While `live`, whoever hears of an event pushes it here if the feed `follows` it.
    """

    def __init__(
        self,
        journal: Journal,
        catching_up: CatchingUp,
        outbox: Outbox,
        packing: Packing,
        spawn: Spawn,
        customer: str | None = None,
    ) -> None:
        self._journal = journal
        self._catching_up = catching_up
        self._outbox = outbox
        self._packing = packing
        self._spawn = spawn
        self._customer = customer
        # Each followed room, with the place behind which it is followed.
        self._since: dict[Room, Cursor] = {}
        self._waiting: dict[Room, Cursor] = {}
        self._work: asyncio.Task[None] | None = None

    @property
    def rooms(self) -> set[Room]:
        return {*self._since, *self._waiting}

    @property
    def live(self) -> bool:
        return self._work is None

    def follows(self, entry: Entry) -> bool:
        """Whether the event lies behind the point from which one of its rooms is followed."""
        return bool(self._followed(entry))

    def follow(self, room: Room, cursor: Cursor | None) -> Cursor:
        """Sends everything behind the cursor, else behind the present; where that is.

        A room that is followed already stays as it is; this is where it began.
        """
        # Not the head: what lies before it may still have to be sent.
        if (begun := self._since.get(room) or self._waiting.get(room)) is not None:
            return begun
        head = self._journal.history.head
        # While old events are still read in, the head runs ahead through them: nobody is told of those behind it.
        at_the_end = cursor == head and self._journal.ready.is_set()
        if cursor is None or at_the_end:
            self._since[room] = head
            return head
        # One of its own: a room that is left and followed again is told by it.
        self._waiting[room] = replace(cursor)
        if self._work is None:
            self._work = self._spawn(self._catch_up(head))
        return cursor

    def unfollow(self, room: Room) -> None:
        self._since.pop(room, None)
        self._waiting.pop(room, None)

    def push(self, message: Message) -> None:
        self._outbox.push(message)

    def start_again(self, reason: str) -> None:
        """The stream is another one: what is followed is followed from the present on."""
        if self._work is not None:
            self._work.cancel()
            self._work = None
        self._resync_all(reason)

    async def _catch_up(self, served: Cursor) -> None:
        """First what each new room has missed up to where the others stand, then what all of them miss since."""
        while True:
            while self._waiting:
                rooms = self._served_together()
                oldest = min(rooms.values(), key=_POSITION)
                reason = await self._replay(
                    oldest, lambda entry, rooms=rooms: self._waiting_for(entry, rooms), served
                )
                # Others were unsubscribed in the meantime.
                rooms = {room: cursor for room, cursor in rooms.items() if self._waiting.get(room) is cursor}
                for room, cursor in rooms.items():
                    del self._waiting[room]
                    self._since[room] = cursor if reason is None else served
                if reason is not None:
                    self._resync(reason, served, rooms)
            reason = await self._replay(served, self._followed, None)
            if reason is not None:
                self._resync_all(reason)
            # Nothing was waited for since the last look at the history, so nothing came in between.
            if not self._waiting:
                self._work = None
                return
            served = self._journal.history.head

    def _served_together(self) -> dict[Room, Cursor]:
        """Waiting rooms that one pass can serve: all whose cursors are in memory, else those with the first's cursor."""
        first = next(iter(self._waiting.values()))
        knows = self._journal.history.knows
        if knows(first):
            return {room: cursor for room, cursor in self._waiting.items() if knows(cursor)}
        return {room: cursor for room, cursor in self._waiting.items() if cursor == first}

    def _followed(self, entry: Entry) -> list[Room]:
        """Its rooms that are followed from a place before it."""
        return [
            room
            for room in _rooms_of(entry)
            if room in self._since and self._since[room].position < entry.position
        ]

    def _waiting_for(self, entry: Entry, rooms: Mapping[Room, Cursor]) -> list[Room]:
        """Those of these rooms to which it is new; none if it was sent for another one."""
        if self.follows(entry):
            return []
        return [
            room
            for room in _rooms_of(entry)
            if room in rooms
            and rooms[room].position < entry.position
            and self._waiting.get(room) is rooms[room]
        ]

    async def _replay(
        self, cursor: Cursor, due_in: Callable[[Entry], list[Room]], until: Cursor | None
    ) -> str | None:
        """Sends what is due in any room behind the cursor, up to `until`, else all there is. If it cannot: the reason."""
        try:
            async with (
                asyncio.timeout(CATCH_UP_SECONDS),
                aclosing(self._catching_up.behind(cursor, self._customer)) as slices,
            ):
                async for entries in slices:
                    if not entries:
                        return None
                    for part in self._packing.parts(entries, lambda each: len(each.raw)):
                        # Looked at when it is sent: rooms are joined and left between any two messages.
                        items = [
                            self._item(each, rooms)
                            for each in part
                            if (until is None or each.position <= until.position) and (rooms := due_in(each))
                        ]
                        if items:
                            self._outbox.push(self._packing.message(items))
                            await self._outbox.room()
                    if until is not None and entries[-1].position >= until.position:
                        return None
        except TimeoutError:
            return "too_far_behind"
        except CannotCatchUp as refusal:
            return refusal.reason
        return None

    def _item(self, entry: Entry, rooms: Collection[Room]) -> bytes:
        """For these rooms: they are named where the event is in others as well that stand elsewhere."""
        concerned = sum(room in self._since or room in self._waiting for room in _rooms_of(entry))
        return entry.item if len(rooms) == concerned else entry.item_for(rooms)

    def _resync_all(self, reason: str) -> None:
        head = self._journal.history.head
        self._since = dict.fromkeys(self.rooms, head)
        self._waiting.clear()
        self._resync(reason, head, self._since)

    def _resync(self, reason: str, cursor: Cursor, rooms: Collection[Room]) -> None:
        """For these rooms alone: what others wait for still comes."""
        if rooms:
            self._outbox.push(resync_message(reason, str(cursor), [name_of(room) for room in rooms]))


def _rooms_of(entry: Entry) -> tuple[Room, ...]:
    return DASHBOARD, *entry.rooms
