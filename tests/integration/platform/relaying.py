"""A relay of the bank: in the test's own process, or as a process that can be killed.

python -m tests.integration.platform.relaying DATABASE_URL BROKER_URL
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.engine import open_engine
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.messaging.relay import Relay
from tests.integration.platform.bank import MODEL
from tests.integration.platform.teller import Teller
from tests.integration.platform.wire import publish


def utc_now() -> datetime:
    return datetime.now(UTC)


def tell_nobody(_: Sequence[Recorded]) -> None:
    """There is no other process to be woken."""


def relay_of(engine: AsyncEngine, database_url: str, broker_url: str) -> Relay:
    return Relay(
        engine=engine,
        database_url=database_url,
        broker_url=broker_url,
        service="bank",
        store=EventStore(Codec(MODEL.aggregates)),
        publish=publish,
        wake_another=tell_nobody,
        clock=utc_now,
    )


class Running:
    """A relay at work. `kill` ends it as a crash would: nothing more is saved."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(relay.run(self.stop))

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def finish(self) -> None:
        self.stop.set()
        async with asyncio.timeout(9):
            await asyncio.gather(self.task, return_exceptions=self.task.cancelled())


@asynccontextmanager
async def relaying(engine: AsyncEngine, database_url: str, broker_url: str) -> AsyncGenerator[Running]:
    running = Running(relay_of(engine, database_url, broker_url))
    try:
        yield running
    finally:
        if not running.task.done():
            await running.finish()


async def checkpoint(teller: Teller) -> int:
    return await teller.value("SELECT coalesce(max(position), 0) FROM checkpoints") or 0


async def last_position(teller: Teller) -> int:
    return await teller.value("SELECT max(position) FROM events")


async def all_published(teller: Teller) -> bool:
    return await checkpoint(teller) == await last_position(teller)


async def main(database_url: str, broker_url: str) -> None:
    engine = open_engine(database_url, application="relay-process")
    await relay_of(engine, database_url, broker_url).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
