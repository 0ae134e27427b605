"""The broker as a stranger uses it: hears everything, publishes anything."""

import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from ops.stack.site import Site

EXCHANGES = ("order_exchange", "payment_exchange", "inventory_exchange")


@asynccontextmanager
async def listening(site: Site) -> AsyncGenerator[Counter[str]]:
    """How often each event was published from now on, by event id."""
    heard: Counter[str] = Counter()

    async def count(message: AbstractIncomingMessage) -> None:
        heard.update(event["id"] for event in json.loads(message.body))

    connection = await aio_pika.connect(site.rabbitmq_url, timeout=5)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for exchange in EXCHANGES:
            await queue.bind(exchange, routing_key="#")
        await queue.consume(count, no_ack=True)
        yield heard


async def publish(site: Site, exchange: str, event_type: str, body: bytes) -> None:
    """One message, confirmed by the broker."""
    connection = await aio_pika.connect(site.rabbitmq_url, timeout=5)
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await (await channel.get_exchange(exchange)).publish(message, routing_key=event_type)
