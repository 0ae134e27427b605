"""Publishes events as the services' relays do: in batches, on the exchanges, confirmed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson
from aio_pika import Message
from aio_pika.abc import AbstractChannel

from shared.contracts import CloudEvent
from shared.eventsourcing.ids import new_id
from shared.messaging.connection import open_channel
from shared.messaging.topology import NOTIFICATION_STREAM, ORDER_EXCHANGE

Event = dict[str, Any]


def event_of(
    order: UUID, version: int = 1, *, type: str = "order.created", customer: str = "c-1", **data: Any
) -> Event:
    """An event as it is on the wire, but for its data."""
    event: Event = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/order-service",
        "type": type,
        "subject": str(order),
        "time": "2026-07-01T12:00:00+00:00",
        "datacontenttype": "application/json",
        "dataschema": f"urn:eventflow:{type}:1",
        "correlationid": str(order),
        "causationid": str(order),
        "customerid": customer,
        "streamversion": version,
        "data": data,
    }
    CloudEvent.model_validate(event)
    return event


def history_of(order: UUID, count: int, *, customer: str = "c-1", **data: Any) -> list[Event]:
    return [event_of(order, version, customer=customer, **data) for version in range(1, count + 1)]


class Publisher:
    """`batch` is one message; `each` a message for every event. Everything is in the stream on return."""

    def __init__(self, channel: AbstractChannel) -> None:
        self.channel = channel

    async def batch(self, events: Sequence[Event]) -> None:
        await self.body(orjson.dumps(events))

    async def each(self, events: Sequence[Event]) -> None:
        for event in events:
            await self.batch([event])

    async def body(self, body: bytes) -> None:
        exchange = await self.channel.get_exchange(ORDER_EXCHANGE, ensure=False)
        await exchange.publish(Message(body), routing_key="order.created")

    async def delete_stream(self) -> None:
        await self.channel.queue_delete(NOTIFICATION_STREAM)


@asynccontextmanager
async def publishing(url: str) -> AsyncGenerator[Publisher]:
    async with open_channel(url, "publisher") as channel:
        yield Publisher(channel)
