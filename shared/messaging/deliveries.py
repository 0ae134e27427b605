"""What the broker delivers from one queue, in order, for as long as there is a link and nobody wants to stop."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager, suppress

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pamqp.common import Arguments

from shared.messaging.connection import BROKER_FAULTS, LinkLost
from shared.stopping import woken_by


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

    def woken_at_stop(self) -> AbstractContextManager[None]:
        """Inside the block `next` returns as soon as it is time to stop."""
        return woken_by(self._stop, self._news)


@asynccontextmanager
async def delivered(
    channel: AbstractChannel,
    queue_name: str,
    prefetch: int,
    stop: asyncio.Event,
    *,
    stream_offset: int | str | None = None,
) -> AsyncGenerator[Deliveries]:
    """Consumes the queue inside the block. Messages that were not acknowledged go back to it afterwards.

    A stream is read from `stream_offset` on: a number, `first`, `last` or `next`.
    """
    deliveries = Deliveries(stop)
    underlay = await channel.get_underlay_channel()
    # The channel lives on when the broker alone ends the consumer, e.g. because the queue was deleted.
    underlay.on_consumer_cancel_callbacks.add(lambda _: deliveries.lose("the broker ended the consumer"))
    closed = asyncio.ensure_future(channel.closed())
    closed.add_done_callback(lambda _: deliveries.lose("the channel was closed"))
    try:
        with deliveries.woken_at_stop():
            await channel.set_qos(prefetch_count=prefetch)
            queue = await channel.get_queue(queue_name, ensure=False)
            arguments: Arguments = None if stream_offset is None else {"x-stream-offset": stream_offset}
            tag = await queue.consume(deliveries.arrive, arguments=arguments)
            yield deliveries
            if not channel.is_closed:
                with suppress(*BROKER_FAULTS):
                    await queue.cancel(tag)
    finally:
        closed.cancel()
