"""What was stored held against what is in the stream: some events no queue hears, and nobody else would miss them."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aio_pika
import orjson
from aio_pika.abc import AbstractIncomingMessage

from ops.audit.snapshots import snapshot
from ops.histories import EVENT_COLUMNS, HISTORIES
from ops.stack.site import Site
from shared.messaging.outgoing import cloud_event
from shared.messaging.topology import NOTIFICATION_STREAM

# A stream that has brought all that was expected and nothing for so long is at its end.
END_OF_STREAM = 2.0
# What was expected and does not come for so long is missing. A crowded machine takes its time.
MISSING_AFTER = 20.0


class Published(NamedTuple):
    """An event as it is on the wire; `document` is a hash of all of it."""

    id: str
    type: str
    document: int


@dataclass(slots=True)
class Told:
    """How often each event is in the stream, and the ids of those that concern each customer."""

    times: Counter[Published] = field(default_factory=Counter[Published])
    of_customer: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    @property
    def ids(self) -> set[str]:
        return {event.id for event in self.times}

    @property
    def again(self) -> int:
        """Publications beyond the first."""
        return self.times.total() - len(self.times)


async def publications(site: Site) -> set[Published]:
    """What every service has to have published, by the events that it has stored."""
    found: set[Published] = set()
    for history in HISTORIES.values():
        async with snapshot(site, history.service) as database:
            async for page in database.pages(f"SELECT {EVENT_COLUMNS} FROM events"):
                for recorded in map(history.recorded, page):
                    if (contract := history.publish(recorded)) is not None:
                        found.add(_published(cloud_event(recorded, contract)))
    return found


async def told(site: Site, expected: Set[Published]) -> Told:
    """Everything that is in the stream since it was made."""
    found, missing, news = Told(), set(expected), asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        for event in orjson.loads(message.body):
            published = _published(event)
            found.times[published] += 1
            missing.discard(published)
            if customer := event.get("customerid"):
                found.of_customer.setdefault(customer, set()).add(published.id)
        news.set()
        await message.ack()

    connection = await aio_pika.connect(site.rabbitmq_url, timeout=5)
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        stream = await channel.get_queue(NOTIFICATION_STREAM, ensure=False)
        await stream.consume(take, arguments={"x-stream-offset": "first"})
        while True:
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), MISSING_AFTER if missing else END_OF_STREAM)
            except TimeoutError:
                return found


def unlike(stored: Set[Published], in_stream: Set[Published]) -> Iterator[str]:
    """What is not in the stream as it was stored, and what is there and was never stored; one sentence each."""
    for event in sorted(stored - in_stream):
        yield f"{event.type} {event.id} was stored and is not in the stream, or not as it was stored"
    for event in sorted(in_stream - stored):
        yield f"{event.type} {event.id} is in the stream and was not stored, or not as it is there"


def _published(event: dict[str, Any]) -> Published:
    document = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return Published(str(event["id"]), event["type"], hash(document))
