"""What waits to be sent to one socket: never without bound. Whoever does not read what it follows is dropped."""

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from notification_gateway.messages import Message
from shared.observability.metrics import DROPPED_SOCKETS, SENT_MESSAGES

log = structlog.get_logger()

MOST_BYTES = 4_000_000
MOST_MESSAGES = 2_000
# For all sockets of the process together; a message that waits for two counts twice.
MOST_BYTES_OF_ALL = 64_000_000
# Replays wait while more than this share is in use, so that live events always find room.
_ROOMY = 1 / 4


class Budget:
    """The bytes that wait for all sockets together. Beyond the most, whoever has the most waiting is dropped."""

    def __init__(self, most: int = MOST_BYTES_OF_ALL) -> None:
        self._most = most
        self.used = 0
        self._outboxes: set[Outbox] = set()
        self.roomy = asyncio.Event()
        self.roomy.set()

    def join(self, outbox: "Outbox") -> None:
        self._outboxes.add(outbox)

    def leave(self, outbox: "Outbox") -> None:
        self._outboxes.discard(outbox)

    def account(self, size: int) -> None:
        self.used += size
        _set(self.roomy, self.used <= self._most * _ROOMY)

    def enforce(self) -> None:
        while self.used > self._most:
            max(self._outboxes, key=lambda outbox: outbox.waiting_bytes).give_up()


class Outbox:
    """The messages of one socket, in order. `too_slow` is called once, when it is full.

    It is also what Engine.IO takes for a socket's asyncio.Queue: there None says that the socket is at its end.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.too_slow: Callable[[], None] | None = None
        self._messages: deque[tuple[Message, int]] = deque()
        self._closed = False
        self._finished = False
        self._ended = False
        self._news = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self.waiting_bytes = 0
        budget.join(self)

    def push(self, message: Message) -> None:
        """To be sent after all that was pushed before. Without effect once the outbox is closed or finished."""
        if self._closed or self._finished:
            return
        size = len(message.encode())
        if len(self._messages) >= MOST_MESSAGES or self.waiting_bytes + size > MOST_BYTES:
            self.give_up()
            return
        self._messages.append((message, size))
        self._account(size)
        self._news.set()
        self._budget.enforce()

    async def put(self, message: Message | None) -> None:
        if message is not None:
            self.push(message)
        else:
            self._ended = True
            self._news.set()

    async def get(self) -> Message | None:
        """The oldest message, which no longer waits then; None at the end, whatever waits."""
        while not self._messages and not self._ended and not self._finished:
            self._news.clear()
            await self._news.wait()
        if self._ended or not self._messages:
            return None
        message, size = self._messages.popleft()
        self._account(-size)
        SENT_MESSAGES.inc()
        return message

    def get_nowait(self) -> Message:
        """Never gives one: whoever took all that waits would wait with it where nobody counts."""
        raise asyncio.QueueEmpty

    def task_done(self) -> None:
        """Nobody waits for it."""

    async def room(self) -> None:
        """Returns while little waits, here and for all together; lets others work in any case."""
        await asyncio.sleep(0)
        await self._roomy.wait()
        await self._budget.roomy.wait()

    def finish(self) -> None:
        """What waits is still sent, and then the socket is at its end."""
        self._finished = True
        self._news.set()

    def give_up(self) -> None:
        log.warning("socket_dropped", why="it does not read what it follows")
        DROPPED_SOCKETS.inc()
        self.close()
        if self.too_slow is not None:
            self.too_slow()

    def close(self) -> None:
        """Drops what waits."""
        self._closed = True
        self._messages.clear()
        self._account(-self.waiting_bytes)
        self._budget.leave(self)

    def _account(self, size: int) -> None:
        self.waiting_bytes += size
        self._budget.account(size)
        roomy = self.waiting_bytes <= MOST_BYTES * _ROOMY and len(self._messages) <= MOST_MESSAGES * _ROOMY
        _set(self._roomy, roomy)


def _set(event: asyncio.Event, wanted: bool) -> None:
    if wanted:
        event.set()
    else:
        event.clear()
