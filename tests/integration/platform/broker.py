"""A test's own link to the broker: puts messages into queues, looks at what is in them, and listens to exchanges."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aio_pika import Message, connect
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.messaging import topology
from shared.messaging.declaring import declare
from shared.messaging.topology import SUBSCRIPTIONS

ORDER = SUBSCRIPTIONS["order"]
RETRY_1S, RETRY_10S, RETRY_60S = (ORDER.retry(seconds) for seconds in topology.RETRY_DELAYS_SECONDS)


class Broker:
    """The order service's queues are the bank's. `url` is what the platform is given."""

    def __init__(self, url: str, channel: AbstractChannel) -> None:
        self.url = url
        self.channel = channel

    async def put(
        self, body: bytes, queue: str = ORDER.queue, *, message_id: str | None = None, **headers: Any
    ) -> None:
        """Into one queue, by the service's own exchange."""
        exchange = await self.channel.get_exchange(ORDER.retry_exchange, ensure=False)
        await exchange.publish(Message(body, headers=headers, message_id=message_id), routing_key=queue)

    async def count(self, queue: str) -> int:
        """Messages that wait in the queue."""
        found = await self.channel.declare_queue(queue, passive=True)
        return found.declaration_result.message_count or 0

    async def consumers(self, queue: str) -> int:
        found = await self.channel.declare_queue(queue, passive=True)
        return found.declaration_result.consumer_count or 0

    async def counts(self) -> dict[str, int]:
        """Of the service's queues, those that are not empty."""
        queues = (ORDER.queue, RETRY_1S, RETRY_10S, RETRY_60S, ORDER.dead)
        counted = {queue: await self.count(queue) for queue in queues}
        return {queue: count for queue, count in counted.items() if count}

    async def take(self, queue: str) -> AbstractIncomingMessage | None:
        """One message, gone from the queue."""
        found = await self.channel.get_queue(queue, ensure=False)
        return await found.get(no_ack=True, fail=False)

    async def spy(self) -> AbstractQueue:
        """A queue that gets a copy of whatever is sent to the retry queues or the dead letters from now on."""
        spy = await self.channel.declare_queue(exclusive=True)
        for queue in (RETRY_1S, RETRY_10S, RETRY_60S, ORDER.dead):
            await spy.bind(ORDER.retry_exchange, routing_key=queue)
        return spy

    async def empty(self) -> None:
        for queue in (ORDER.queue, RETRY_1S, RETRY_10S, RETRY_60S, ORDER.dead):
            await (await self.channel.get_queue(queue, ensure=False)).purge()

    async def delete(self, queue: str) -> None:
        await self.channel.queue_delete(queue)


@asynccontextmanager
async def linked(url: str) -> AsyncGenerator[Broker]:
    async with await connect(url) as connection:
        channel = await connection.channel(on_return_raises=True)
        await declare(channel)
        yield Broker(url, channel)


class Listener:
    """Hears everything that is published by an exchange, in order."""

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self.messages: list[AbstractIncomingMessage] = []

    async def heard(self) -> Sequence[dict[str, Any]]:
        """Every event so far."""
        while (message := await self._queue.get(no_ack=True, fail=False)) is not None:
            self.messages.append(message)
        return [event for message in self.messages for event in orjson.loads(message.body)]


async def listen(broker: Broker, exchange: str = topology.ORDER_EXCHANGE) -> Listener:
    """From now on. The queue is durable, so that it outlives the broker's death."""
    queue = await broker.channel.declare_queue(
        f"listener of {exchange}", durable=True, arguments={"x-queue-type": "quorum"}
    )
    await queue.bind(exchange, routing_key="#")
    await queue.purge()
    return Listener(queue)
