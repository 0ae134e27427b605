"""Exchange, queues and stream; the relay, and the consumer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
import orjson
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from tests.load.floor import store

EXCHANGE = "floor_exchange"
STREAM = "floor_stream"
QUEUES = {
    "order": ("payment.processed", "inventory.reserved"),
    "payment": ("order.created",),
    "inventory": ("order.created",),
}
MAX_EVENTS = 100
PREFETCH = 20
POLL_SECONDS = 0.02
SAVED_EVERY = 0.05

React = Callable[[list[store.Content]], Awaitable[None]]


def queue_of(role: str) -> str:
    return f"floor_{role}"


async def declare(channel: AbstractChannel) -> None:
    exchange = await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
    stream = await channel.declare_queue(STREAM, durable=True, arguments={"x-queue-type": "stream"})
    await stream.bind(exchange, "#")
    for role, types in QUEUES.items():
        queue = await channel.declare_queue(
            queue_of(role), durable=True, arguments={"x-queue-type": "quorum"}
        )
        for name in types:
            await queue.bind(exchange, name)


async def relay(pool: Any, channel: AbstractChannel, wake: asyncio.Event) -> None:
    """Publishes what is committed, in the order of positions, up to 100 events of a type at once."""
    exchange = await channel.get_exchange(EXCHANGE)
    position = saved = 0
    saved_at = 0.0
    clock = asyncio.get_running_loop().time
    async with pool.acquire() as session:
        while True:
            wake.clear()
            rows = await session.fetch(store.FORWARD, position)
            if rows:
                await asyncio.gather(*(_publish(exchange, name, batch) for name, batch in _batches(rows)))
                position = rows[-1]["position"]
            if position > saved and clock() - saved_at > SAVED_EVERY:
                await session.execute(store.CHECKPOINT, position)
                saved, saved_at = position, clock()
            if not rows:
                await _woken(wake)


async def consume(channel: AbstractChannel, role: str, react: React) -> None:
    """Hands over what has been delivered as one batch, and acknowledges it once that is committed."""
    ready: deque[AbstractIncomingMessage] = deque()
    news = asyncio.Event()

    async def arrive(message: AbstractIncomingMessage) -> None:
        ready.append(message)
        news.set()

    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.get_queue(queue_of(role))
    await queue.consume(arrive)
    while True:
        await news.wait()
        news.clear()
        while ready:
            messages = [ready.popleft() for _ in range(len(ready))]
            await react([content for message in messages for content in orjson.loads(message.body)])
            await messages[-1].ack(multiple=True)


async def _woken(wake: asyncio.Event) -> None:
    """Another process may have committed too."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await wake.wait()
    except TimeoutError:
        return


def _batches(rows: list[Any]) -> list[tuple[str, list[str]]]:
    by_type: dict[str, list[str]] = {}
    for row in rows:
        by_type.setdefault(row["type"], []).append(row["data"])
    return [
        (name, contents[start : start + MAX_EVENTS])
        for name, contents in by_type.items()
        for start in range(0, len(contents), MAX_EVENTS)
    ]


async def _publish(exchange: aio_pika.abc.AbstractExchange, name: str, contents: list[str]) -> None:
    body = f"[{','.join(contents)}]".encode()
    await exchange.publish(
        aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT), routing_key=name
    )
