"""Stored events to messages: CloudEvents in batches of one type, never out of order for one stream."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange

from shared.contracts import Contract
from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.eventsourcing.recorded import Recorded

Publish = Callable[[Recorded], Contract | None]

MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: up to 100 events of one type, as a JSON array."""

    exchange: str
    type: str
    message_id: str
    count: int
    body: bytes


def cloud_event(recorded: Recorded, contract: Contract) -> dict[str, Any]:
    """The event as it is on the wire."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(recorded.id),
        "source": contract.source,
        "type": contract.type,
        "subject": recorded.row_id,
        "time": recorded.time,
        "datacontenttype": "application/json",
        "dataschema": contract.schema_urn(),
        "correlationid": recorded.correlation_id,
        "causationid": recorded.causation_id,
        "streamversion": recorded.version,
        "data": contract.model_dump(),
    }
    if contract.about_order and recorded.customer_id is not None:
        event["customerid"] = recorded.customer_id
    return event


def batched(events: Iterable[Recorded], publish: Publish) -> list[Outgoing]:
    """The messages for these events, in an order that keeps every stream's own order.

    Events are gathered by type; before a stream appears under a second type, the batch with its earlier event is
    closed, so it is published first.
    """
    closed: list[Outgoing] = []
    open_batches: dict[str, list[tuple[Recorded, Contract]]] = {}
    last_type: dict[str, str] = {}

    def close(name: str) -> None:
        batch = open_batches.pop(name)
        closed.append(_message(batch))
        for recorded, _ in batch:
            if last_type.get(recorded.stream) == name:
                del last_type[recorded.stream]

    for recorded in events:
        contract = publish(recorded)
        if contract is None:
            continue
        earlier = last_type.get(recorded.stream)
        if earlier is not None and earlier != contract.type:
            close(earlier)
        batch = open_batches.setdefault(contract.type, [])
        batch.append((recorded, contract))
        last_type[recorded.stream] = contract.type
        if len(batch) == MAX_EVENTS:
            close(contract.type)
    for name in list(open_batches):
        close(name)
    return closed


def _message(batch: Sequence[tuple[Recorded, Contract]]) -> Outgoing:
    first, contract = batch[0]
    body = orjson.dumps([cloud_event(recorded, data) for recorded, data in batch])
    return Outgoing(contract.exchange, contract.type, first.id.hex, len(batch), body)


class EventPublisher:
    """Sends messages over one channel, in order, with many confirms under way."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._exchanges: dict[str, AbstractExchange] = {}

    def send(self, messages: Sequence[Outgoing]) -> "asyncio.Future[list[None]]":
        """Starts to publish; the future is done when the broker has confirmed all of them, or raises."""
        return asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: Outgoing) -> None:
        exchange = self._exchanges.get(message.exchange)
        if exchange is None:
            exchange = await self._channel.get_exchange(message.exchange, ensure=False)
            self._exchanges[message.exchange] = exchange
        await exchange.publish(
            Message(
                message.body,
                content_type=BATCH_CONTENT_TYPE,
                delivery_mode=DeliveryMode.PERSISTENT,
                message_id=message.message_id,
                headers={"type": message.type, "count": message.count},
            ),
            routing_key=message.type,
        )
