"""What the databases and the stream hold when all is quiet again."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from ops.stack.site import Site
from shared.messaging.topology import NOTIFICATION_STREAM
from tests.e2e.records import auditor
from tests.e2e.shop import MONEY_BACK, STOCK_BACK, UNDONE
from tests.e2e.waiting import NotYet, until

# Nothing is published any more; a stream that brings nothing for so long has brought everything.
END_OF_STREAM = 2.0

_UNFINISHED = """
SELECT count(*) FROM orders WHERE version > 0 AND (state->>'status' = 'PENDING' OR (state->>'status' = ANY($1)
    AND NOT (state->>'payment_status' = ANY($2) AND state->>'stock_status' = ANY($3))))"""
# A cancelled order has begun to end when it was cancelled.
_LONGEST = """
SELECT coalesce(extract(epoch FROM max(ended - began)), 0)::float FROM (
    SELECT max(time) AS ended, coalesce(max(time) FILTER (WHERE type = 'order.cancelled'), min(time)) AS began
    FROM events GROUP BY stream) AS orders"""


async def all_ended(site: Site, *, within: float) -> None:
    """Returns once no order waits for anything that happens by itself."""

    async def look() -> None:
        async with auditor(site, "order") as database:
            count = await database.fetchval(_UNFINISHED, list(UNDONE), list(MONEY_BACK), list(STOCK_BACK))
        if count:
            raise NotYet(f"{count} have not")

    await until("all orders end", look, within=within, every=0.5)


async def longest_way(site: Site) -> float:
    """The longest that any order took from its last request to its last event, in seconds."""
    async with auditor(site, "order") as database:
        return await database.fetchval(_LONGEST)


@dataclass(slots=True)
class Told:
    """How often each event was published, and which events concern each customer; all by event id."""

    times: Counter[str] = field(default_factory=Counter[str])
    of_customer: Mapping[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))

    @property
    def again(self) -> int:
        """Publications beyond the first."""
        return self.times.total() - len(self.times)


async def told(site: Site) -> Told:
    """Everything that was published since the stream was made, from the stream itself."""
    found, news = Told(), asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        for event in json.loads(message.body):
            found.times[event["id"]] += 1
            if customer := event.get("customerid"):
                found.of_customer[customer].add(event["id"])
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
                await asyncio.wait_for(news.wait(), END_OF_STREAM)
            except TimeoutError:
                return found
