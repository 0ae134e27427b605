"""A consumer of the bank in the test's own process, and its handling under observation."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from shared.messaging.consumer import Consumer, HandleReactions, Reacting
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from tests.integration.platform.broker import ORDER
from tests.integration.platform.teller import Teller
from tests.integration.platform.wire import REACTIONS, REGISTRY


async def ready() -> None:
    """A database that answers."""


@asynccontextmanager
async def consuming(
    url: str, handle: HandleReactions, database_answers: Callable[[], Awaitable[None]] = ready
) -> AsyncGenerator[Consumer]:
    consumer = Consumer(
        broker_url=url,
        subscription=ORDER,
        reactions=REACTIONS,
        handle=handle,
        database_answers=database_answers,
        clock=lambda: datetime.now(UTC),
        registry=REGISTRY,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        async with asyncio.timeout(9):
            await running


class Watched:
    """The bank's handling, with the sizes of its batches and something to do before or after it commits."""

    def __init__(
        self,
        handler: Handler,
        *,
        before: Callable[[], Awaitable[None]] = ready,
        after: Callable[[], Awaitable[None]] = ready,
    ) -> None:
        self._handle = handle_reactions(handler)
        self._before = before
        self._after = after
        self.batches: list[int] = []

    async def __call__(self, batch: Sequence[Reacting], /) -> Sequence[Exception | None]:
        self.batches.append(len(batch))
        await self._before()
        results = await self._handle(batch)
        await self._after()
        return results


async def balance_is(teller: Teller, account: object, expected: int) -> bool:
    return await teller.value("SELECT balance FROM accounts WHERE id = :id", id=account) == expected
