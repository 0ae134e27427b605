"""What one client follows over its socket. See docs/sockets.md for what is said over it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog

from notification_gateway.catching_up import CatchingUp
from notification_gateway.entries import DASHBOARD, Room
from notification_gateway.feed import Feed
from notification_gateway.journal import Journal
from notification_gateway.outbox import Outbox
from notification_gateway.requests import Refused, read_request
from notification_gateway.rooms import Rooms, one_by_one, together

log = structlog.get_logger()

MOST_SUBSCRIPTIONS = 100
_READY_SECONDS = 10.0


class Socket:
    """`abort` cuts the connection without waiting for anything that is still to be sent."""

    def __init__(
        self,
        *,
        journal: Journal,
        rooms: Rooms,
        catching_up: CatchingUp,
        outbox: Outbox,
        abort: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._rooms = rooms
        self._catching_up = catching_up
        self._outbox = outbox
        self._abort = abort
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._feeds: dict[str, Feed] = {}

    def close(self) -> None:
        """Follows nothing any more, and drops what waits to be sent."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for feed in self._feeds.values():
            for room in feed.rooms:
                self._rooms.leave(room, feed)
        self._outbox.close()

    async def answer(self, name: str, arguments: Sequence[Any]) -> dict[str, Any]:
        """The acknowledgement. What is caught up on comes behind it, if it is sent without waiting for anything."""
        try:
            return {"ok": True, "cursor": await self._carry_out(name, arguments)}
        except Refused as refusal:
            return {"ok": False, "error": str(refusal)}

    async def _carry_out(self, name: str, arguments: Sequence[Any]) -> str:
        if name not in ("subscribe", "unsubscribe"):
            raise Refused("there are subscribe and unsubscribe")
        if len(arguments) != 1:
            raise Refused('give one object, as in {"order_id": ...}')
        room, cursor = read_request(arguments[0])
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                await self._journal.ready.wait()
        # A socket that has ended while it waited here follows nothing: nobody would make it leave its rooms.
        if self._closed or not self._journal.ready.is_set():
            raise Refused("the gateway is not ready; try again")
        feed = self._feed_of(room)
        if name == "unsubscribe":
            feed.unfollow(room)
            self._rooms.leave(room, feed)
            return str(self._journal.history.head)
        if (
            room not in feed.rooms
            and sum(len(each.rooms) for each in self._feeds.values()) >= MOST_SUBSCRIPTIONS
        ):
            raise Refused(f"a socket may have {MOST_SUBSCRIPTIONS} subscriptions")
        self._rooms.join(room, feed)
        return str(feed.follow(room, cursor))

    def _feed_of(self, room: Room) -> Feed:
        name, pack = ("events", together) if room == DASHBOARD else ("event", one_by_one)
        if name not in self._feeds:
            self._feeds[name] = Feed(self._journal, self._catching_up, self._outbox, pack, self._spawn)
        return self._feeds[name]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("socket_failed", exc_info=fault)
            self._abort()
