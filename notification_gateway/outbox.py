"""What waits to be sent to one socket: never without bound. Whoever does not read what it follows is dropped."""

import asyncio
from collections import deque
from collections.abc import Callable

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
    """The messages of one socket, in order, as they go over the wire. `too_slow` is called once, when it is full."""

    def __init__(self, budget: Budget, too_slow: Callable[[], None]) -> None:
        self._budget = budget
        self._too_slow = too_slow
        self._messages: deque[bytes] = deque()
        self._closed = False
        self._news = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self.waiting_bytes = 0
        budget.join(self)

    def push(self, message: bytes) -> None:
        """To be sent after all that was pushed before. Without effect once the outbox is closed."""
        if self._closed:
            return
        if len(self._messages) >= MOST_MESSAGES or self.waiting_bytes + len(message) > MOST_BYTES:
            self.give_up()
            return
        self._messages.append(message)
        self._account(len(message))
        self._news.set()
        self._budget.enforce()

    async def next(self) -> bytes:
        """The oldest message, which no longer waits then."""
        while not self._messages:
            self._news.clear()
            await self._news.wait()
        message = self._messages.popleft()
        self._account(-len(message))
        return message

    async def room(self) -> None:
        """Returns while little waits, here and for all together; lets others work in any case."""
        await asyncio.sleep(0)
        await self._roomy.wait()
        await self._budget.roomy.wait()

    def give_up(self) -> None:
        self.close()
        self._too_slow()

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
