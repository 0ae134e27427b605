"""What one client follows over its socket. See docs/sockets.md for what is said over it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog

from notification_gateway.allowance import Allowance
from notification_gateway.catching_up import CatchingUp
from notification_gateway.entries import DASHBOARD, Room
from notification_gateway.feed import Feed
from notification_gateway.journal import Journal
from notification_gateway.messages import closing_message
from notification_gateway.outbox import Outbox
from notification_gateway.packing import ONE_BY_ONE, TOGETHER
from notification_gateway.requests import NotTheirs, Refused, read_request
from notification_gateway.rights import allowed_room
from notification_gateway.rooms import Rooms
from shared.identity.callers import CUSTOMER, Caller
from shared.observability.security_log import SECURITY

log = structlog.get_logger()

MOST_SUBSCRIPTIONS = 100
# So many frames at once, and then so many a second, whatever is in them.
FRAMES_AT_ONCE, FRAMES_PER_SECOND = 200, 20
_READY_SECONDS = 10.0
# For what waits to be sent, when that is the last.
_FAREWELL_SECONDS = 10.0


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
        self._caller: Caller | None = None
        self._address: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._frames = Allowance(FRAMES_AT_ONCE, FRAMES_PER_SECOND)
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._feeds: dict[str, Feed] = {}

    @property
    def is_admitted(self) -> bool:
        return self._caller is not None

    def admit(self, caller: Caller, seconds: float, address: str | None) -> None:
        """Answers for so long, on behalf of the caller at this network address; then it ends."""
        if self._closed:
            return
        self._caller = caller
        self._address = address
        self._timer = asyncio.get_running_loop().call_later(seconds, self.end, "token_expired")

    def end(self, reason: str) -> None:
        """Sends what waits and says why it ends; nothing that happens from now on."""
        self._outbox.push(closing_message(reason))
        self.finish()

    def finish(self) -> None:
        """Sends what waits, and ends, soon even if nobody reads it."""
        if self._closed:
            return
        self._follow_nothing()
        self._outbox.finish()
        self._timer = asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, self._abort)

    def close(self) -> None:
        """Follows nothing any more, and drops what waits to be sent."""
        self._follow_nothing()
        self._outbox.close()

    def _follow_nothing(self) -> None:
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        for feed in self._feeds.values():
            for room in feed.rooms:
                self._rooms.leave(room, feed)

    def hears(self) -> bool:
        """Whether the client's next frame may be read. Whoever sends too many has said the last that is heard."""
        if self._closed:
            return False
        if not self._frames.take():
            self._tell_of_refusal("too_many_requests")
            self.end("too_many_requests")
            return False
        return True

    async def answer(self, name: str, arguments: Sequence[Any]) -> dict[str, Any]:
        """The acknowledgement. What is caught up on comes behind it, if it is sent without waiting for anything.

        Its cursor is a place of the subscription that was asked for, and of no other one.
        """
        try:
            return {"ok": True, "cursor": await self._carry_out(name, arguments)}
        except Refused as refusal:
            if isinstance(refusal, NotTheirs):
                self._tell_of_refusal("not_theirs")
            return {"ok": False, "error": str(refusal)}

    def _tell_of_refusal(self, reason: str) -> None:
        caller = self._caller
        SECURITY.refused(
            reason,
            self._address,
            method="socket",
            subject=caller.subject if caller else None,
            role=caller.role if caller else None,
        )

    async def _carry_out(self, name: str, arguments: Sequence[Any]) -> str:
        if self._caller is None:
            raise Refused("connect with a token first")
        if name not in ("subscribe", "unsubscribe"):
            raise Refused("there are subscribe and unsubscribe")
        if len(arguments) != 1:
            raise Refused('give one object, as in {"order_id": ...}')
        wanted, cursor = read_request(arguments[0])
        room = allowed_room(self._caller, wanted)
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                await self._journal.ready.wait()
        # A socket that has ended while it waited here follows nothing: nobody would make it leave its rooms.
        if self._closed or not self._journal.ready.is_set():
            raise Refused("the gateway is not ready; try again")
        feed = self._feed_of(room, self._caller)
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

    def _feed_of(self, room: Room, caller: Caller) -> Feed:
        name, packing = ("events", TOGETHER) if room == DASHBOARD else ("event", ONE_BY_ONE)
        if name not in self._feeds:
            customer = caller.subject if caller.role == CUSTOMER else None
            self._feeds[name] = Feed(
                self._journal, self._catching_up, self._outbox, packing, self._spawn, customer
            )
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
