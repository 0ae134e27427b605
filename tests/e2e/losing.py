"""Events that one queue misses while it is unbound, kept here so that they can come back as dead letters."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractQueue

from ops.stack.site import Site
from shared.eventsourcing.ids import new_id
from tests.e2e.shop import Json, Shop
from tests.e2e.waiting import NotYet, until


class Lost:
    """What the queue has missed of one type."""

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self.events: list[Json] = []

    async def event_about(self, subject: str) -> Json:
        """The event of this subject, once it was published."""

        async def look() -> Json:
            while (message := await self._queue.get(no_ack=True, fail=False)) is not None:
                self.events += json.loads(message.body)
            for event in self.events:
                if event["subject"] == subject:
                    return event
            raise NotYet(f"{len(self.events)} events")

        return await until(f"an event about {subject} is published", look, within=30)


@asynccontextmanager
async def losing(site: Site, exchange: str, event_type: str, service: str) -> AsyncGenerator[Lost]:
    """The service's queue hears nothing of this type until the block has ended."""
    async with _channel(site) as channel:
        kept = await channel.declare_queue(exclusive=True)
        await kept.bind(exchange, routing_key=event_type)
        queue = await channel.get_queue(f"{service}_queue", ensure=False)
        await queue.unbind(exchange, routing_key=event_type)
        try:
            yield Lost(kept)
        finally:
            await queue.bind(exchange, routing_key=event_type)


async def bury(site: Site, service: str, bodies: Sequence[bytes], error: str) -> None:
    """Each is a dead letter of the service, as its consumer would have sent it on."""
    async with _channel(site) as channel:
        exchange = await channel.get_exchange(f"{service}_retry", ensure=False)
        for body in bodies:
            message = aio_pika.Message(
                body,
                headers={"attempts": 4, "error": error},
                message_id=new_id().hex,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await exchange.publish(message, routing_key=f"{service}_queue.dead")


async def letters_of(shop: Shop, service: str, error: str, count: int) -> list[Json]:
    """The service's open letters with this error, once there are so many."""

    async def look() -> list[Json]:
        items: list[Json] = []
        query: dict[str, Any] = {"limit": 200}
        while True:
            answer = await shop.operators[service].get("/dead-letters", params=query)
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            query["cursor"] = answer.json()["next_cursor"]
            if query["cursor"] is None:
                break
        found = [letter for letter in items if letter["error"].startswith(error)]
        if len(found) < count:
            raise NotYet(f"{len(found)} letters")
        return found

    return await until(f"{service} has {count} letters with {error}", look, within=60)


@asynccontextmanager
async def _channel(site: Site) -> AsyncGenerator[AbstractChannel]:
    connection = await aio_pika.connect(site.rabbitmq_url, timeout=5)
    async with connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)
