"""One client's socket, from its first frame to its last. See docs/sockets.md for what is said over it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from notification_gateway import protocol
from notification_gateway.catching_up import CatchingUp
from notification_gateway.entries import DASHBOARD, Room
from notification_gateway.feed import Feed
from notification_gateway.journal import Journal
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.protocol import Connect, Disconnect, Emitted, Ignored, Pong, ProtocolBroken
from notification_gateway.requests import Refused, read_request
from notification_gateway.rooms import Rooms, one_by_one, together
from shared.eventsourcing.ids import new_id

log = structlog.get_logger()

MOST_SUBSCRIPTIONS = 100
_GREETING_SECONDS = 10.0
_READY_SECONDS = 10.0

# A text frame from the client; None when it has gone.
Receive = Callable[[], Awaitable[str | None]]
Send = Callable[[bytes], Awaitable[None]]


class Gone(Exception):
    """The socket is at its end; the text says why."""


class Socket:
    """`abort` cuts the connection without waiting for anything that is still to be sent."""

    def __init__(
        self,
        *,
        journal: Journal,
        rooms: Rooms,
        catching_up: CatchingUp,
        budget: Budget,
        receive: Receive,
        send: Send,
        abort: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._rooms = rooms
        self._catching_up = catching_up
        self._receive = receive
        self._send = send
        self._abort = abort
        self._session = str(new_id())
        self._outbox = Outbox(budget, self._drop)
        self._pong = asyncio.Event()
        self._connected = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._feeds: dict[str, Feed] = {}

    async def serve(self) -> None:
        """Returns when the client has gone or was dropped."""
        self._outbox.push(protocol.open_message(self._session))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read())
                tasks.create_task(self._write())
                tasks.create_task(self._keep_alive())
                self._tasks = tasks
        except* (Gone, ProtocolBroken, OSError) as ends:
            log.debug("socket_closed", session=self._session, why=str(ends.exceptions[0]))
        finally:
            for feed in self._feeds.values():
                for room in feed.rooms:
                    self._rooms.leave(room, feed)
            self._outbox.close()

    def _drop(self) -> None:
        log.warning("socket_dropped", session=self._session, why="it does not read what it follows")
        self._abort()

    async def _write(self) -> None:
        while True:
            await self._send(await self._outbox.next())

    async def _keep_alive(self) -> None:
        try:
            async with asyncio.timeout(_GREETING_SECONDS):
                await self._connected.wait()
            while True:
                await asyncio.sleep(protocol.PING_SECONDS)
                self._pong.clear()
                self._outbox.push(protocol.PING)
                async with asyncio.timeout(protocol.PONG_SECONDS):
                    await self._pong.wait()
        except TimeoutError:
            self._abort()
            raise Gone("it fell silent") from None

    async def _read(self) -> None:
        while (frame := await self._receive()) is not None:
            match protocol.read_frame(frame):
                case Connect(None):
                    self._connected.set()
                    self._outbox.push(protocol.connected_message(self._session))
                case Connect(namespace):
                    self._outbox.push(protocol.refused_message(str(namespace)))
                case Emitted() as emitted:
                    await self._answer(emitted)
                case Pong():
                    self._pong.set()
                case Disconnect():
                    break
                case Ignored():
                    pass
        raise Gone("the client left")

    async def _answer(self, emitted: Emitted) -> None:
        if not self._connected.is_set():
            raise ProtocolBroken("an event before the connection to a namespace")
        try:
            answer: dict[str, Any] = {"ok": True, "cursor": await self._carry_out(emitted)}
        except Refused as refusal:
            answer = {"ok": False, "error": str(refusal)}
        if emitted.number is not None:
            self._outbox.push(protocol.acknowledgement(emitted.number, answer))

    async def _carry_out(self, emitted: Emitted) -> str:
        if emitted.name not in ("subscribe", "unsubscribe"):
            raise Refused("there are subscribe and unsubscribe")
        if len(emitted.arguments) != 1:
            raise Refused('give one object, as in {"order_id": ...}')
        room, cursor = read_request(emitted.arguments[0])
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                await self._journal.ready.wait()
        if not self._journal.ready.is_set():
            raise Refused("the gateway is not ready; try again")
        feed = self._feed_of(room)
        if emitted.name == "unsubscribe":
            feed.unfollow(room)
            self._rooms.leave(room, feed)
            return str(self._journal.history.head)
        if (
            room not in feed.rooms
            and sum(len(each.rooms) for each in self._feeds.values()) >= MOST_SUBSCRIPTIONS
        ):
            raise Refused(f"a socket may have {MOST_SUBSCRIPTIONS} subscriptions")
        self._rooms.join(room, feed)
        # What is caught up on comes behind the acknowledgement: nothing is waited for until that is in the outbox.
        return str(feed.follow(room, cursor))

    def _feed_of(self, room: Room) -> Feed:
        assert self._tasks is not None
        name, pack = ("events", together) if room == DASHBOARD else ("event", one_by_one)
        if name not in self._feeds:
            spawn = self._tasks.create_task
            self._feeds[name] = Feed(self._journal, self._catching_up, self._outbox, pack, spawn)
        return self._feeds[name]
