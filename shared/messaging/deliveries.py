"""What the broker delivers from one queue, in order, for as long as there is a link and nobody wants to stop."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.connection import BROKER_FAULTS, LinkLost


class Deliveries:
    """`ready` holds what has been delivered and not been taken yet: never more than the prefetch count."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.ready: deque[AbstractIncomingMessage] = deque()
        self._stop = stop
        self._news = asyncio.Event()
        self._lost: str | None = None

    async def next(self) -> AbstractIncomingMessage | None:
        """The next message; None when it is time to stop. Raises LinkLost when it could not be acknowledged."""
        while not self._stop.is_set():
            self.check()
            if self.ready:
                return self.ready.popleft()
            self._news.clear()
            await self._news.wait()
        return None

    def check(self) -> None:
        """Raises LinkLost when the broker will deliver again what it has delivered here."""
        if self._lost is not None:
            raise LinkLost(self._lost)

    async def arrive(self, message: AbstractIncomingMessage) -> None:
        self.ready.append(message)
        self._news.set()

    def lose(self, why: str) -> None:
        self._lost = why
        self._news.set()

    async def wake_at_stop(self) -> None:
        await self._stop.wait()
        self._news.set()


@asynccontextmanager
async def delivered(
    channel: AbstractChannel, queue_name: str, prefetch: int, stop: asyncio.Event
) -> AsyncGenerator[Deliveries]:
    """Consumes the queue inside the block. Messages that were not acknowledged go back to it afterwards."""
    deliveries = Deliveries(stop)
    underlay = await channel.get_underlay_channel()
    # The channel lives on when the broker alone ends the consumer, e.g. because the queue was deleted.
    underlay.on_consumer_cancel_callbacks.add(lambda _: deliveries.lose("the broker ended the consumer"))
    closed = asyncio.ensure_future(channel.closed())
    closed.add_done_callback(lambda _: deliveries.lose("the channel was closed"))
    stopping = asyncio.create_task(deliveries.wake_at_stop())
    try:
        await channel.set_qos(prefetch_count=prefetch)
        queue = await channel.get_queue(queue_name, ensure=False)
        tag = await queue.consume(deliveries.arrive)
        yield deliveries
        if not channel.is_closed:
            with suppress(*BROKER_FAULTS):
                await queue.cancel(tag)
    finally:
        stopping.cancel()
        closed.cancel()
