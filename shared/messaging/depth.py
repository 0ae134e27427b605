"""How many messages wait in a service's queues: retries and dead letters are seen here before anybody looks for them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from aio_pika.abc import AbstractChannel

from shared.messaging.connection import BROKER_FAULTS
from shared.messaging.topology import Subscription
from shared.observability import metrics

_EVERY = timedelta(seconds=5)


@asynccontextmanager
async def depth_reported(channel: AbstractChannel, subscription: Subscription) -> AsyncGenerator[None]:
    """Keeps the metric of all queues of the service up to date inside the block."""
    reporting = asyncio.create_task(_report(channel, subscription))
    try:
        yield
    finally:
        reporting.cancel()
        await asyncio.wait({reporting})
        if not reporting.cancelled():
            reporting.result()


async def _report(channel: AbstractChannel, subscription: Subscription) -> None:
    # A lost link ends the block around this one too.
    with suppress(*BROKER_FAULTS):
        while True:
            for name in subscription.queues:
                declared = await channel.declare_queue(name, passive=True)
                ready = declared.declaration_result.message_count
                metrics.QUEUE_DEPTH.labels(name).set(ready or 0)
            await asyncio.sleep(_EVERY.total_seconds())
