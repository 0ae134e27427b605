"""The consumer: committed before it is acknowledged, once in effect however often delivered, and nobody waits for a bad one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aio_pika import connect
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from shared.messaging import connection
from shared.messaging.consumer import PREFETCH, Consumer, HandleReactions, Reacting
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from tests.integration.platform.bank import MODEL
from tests.integration.platform.broker import ORDER, Broker, linked
from tests.integration.platform.proxy import Proxy, proxied
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import (
    REACTIONS,
    REGISTRY,
    RateQuoted,
    body_of,
    cloud_event,
    deposit_asked,
)


async def ready() -> None:
    """A database that answers."""


@pytest.fixture
async def broker(virtual_host: str) -> AsyncIterator[Broker]:
    async with linked(virtual_host) as broker:
        yield broker
        await broker.empty()


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


class Once:
    """Cuts the cable the first time it is called."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self.called = 0

    async def __call__(self) -> None:
        self.called += 1
        if self.called == 1:
            self._proxy.cut()


async def test_what_was_delivered_is_one_batch_when_much_is_waiting(broker: Broker, teller: Teller) -> None:
    account = await teller.account("batch")
    for _ in range(30):
        await broker.put(body_of(*(deposit_asked(account) for _ in range(3))), count=3)
    handle = Watched(teller.handler)
    async with consuming(broker.url, handle):
        await until(lambda: balance_is(teller, account, 90))
    assert sum(handle.batches) == 90
    assert max(handle.batches) > 3
    assert max(handle.batches) <= 3 * PREFETCH
    assert await broker.counts() == {}


async def balance_is(teller: Teller, account: object, expected: int) -> bool:
    return await teller.value("SELECT balance FROM accounts WHERE id = :id", id=account) == expected


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_effect_is_there_once_when_the_link_is_cut_around_commit(
    broker: Broker, teller: Teller, moment: str
) -> None:
    """Cut before: it was not acknowledged yet. Cut after: it comes again and is known."""
    account = await teller.account(moment)
    await broker.put(body_of(deposit_asked(account, 5), deposit_asked(account, 6)))
    async with proxied(broker.url) as proxy:
        cut = Once(proxy)
        handle = Watched(teller.handler, **{moment: cut})
        async with consuming(proxy.url, handle) as consumer:
            await until(lambda: cut.called >= 2)
            await until(lambda: consumer.connected)
            await until(lambda: balance_is(teller, account, 11))
    assert handle.batches == [2, 2]
    assert await broker.counts() == {}


async def test_messages_that_came_before_are_handled_alone_when_they_are_delivered_again(
    broker: Broker, teller: Teller
) -> None:
    account = await teller.account("alone")
    for _ in range(4):
        await broker.put(body_of(deposit_asked(account)))
    async with await connect(broker.url) as somebody:
        queue = await (await somebody.channel()).get_queue(ORDER.queue)
        taken = [await queue.get() for _ in range(4)]
        assert len(taken) == 4
    await until(lambda: broker.count(ORDER.queue))
    for _ in range(4):
        await broker.put(body_of(deposit_asked(account)))
    handle = Watched(teller.handler)
    async with consuming(broker.url, handle):
        await until(lambda: balance_is(teller, account, 8))
    assert handle.batches[:4] == [1, 1, 1, 1]


async def test_event_of_no_interest_is_claimed_when_there_is_no_reaction(
    broker: Broker, teller: Teller
) -> None:
    event = cloud_event({}, RateQuoted)
    await broker.put(body_of(event))
    async with consuming(broker.url, handle_reactions(teller.handler)):
        await until(lambda: teller.value("SELECT 1 FROM inbox WHERE event_id = :id", id=event["id"]))
    assert await broker.counts() == {}


async def test_event_is_handled_again_when_it_is_replayed(broker: Broker, teller: Teller) -> None:
    """What fills a new service or an emptied copy; a plain second copy of the same event stays without effect."""
    account, event_id = await teller.account("replayed"), str(new_id())
    await broker.put(body_of(cloud_event({}, RateQuoted, id=event_id)))
    async with consuming(broker.url, handle_reactions(teller.handler)):
        await until(lambda: teller.value("SELECT 1 FROM inbox WHERE event_id = :id", id=event_id))
        await broker.put(body_of(deposit_asked(account, 3, id=event_id)))
        await broker.put(body_of(deposit_asked(account, 5, id=event_id)), replayed=True)
        await until(lambda: balance_is(teller, account, 5))


async def test_nothing_is_counted_when_the_database_is_away(
    broker: Broker, teller: Teller, database: FreshDatabase
) -> None:
    account = await teller.account("away")
    async with proxied(database.runtime_url) as proxy:
        engine: AsyncEngine = open_engine(proxy.url, application="consumer")
        handle = Watched(Handler(engine, MODEL))
        async with consuming(broker.url, handle):
            await broker.put(body_of(deposit_asked(account)))
            await until(lambda: balance_is(teller, account, 1))
            proxy.cut(for_good=True)
            await broker.put(body_of(deposit_asked(account)))
            await until(lambda: len(handle.batches) >= 5)
            assert await broker.counts() == {}
            proxy.mend()
            await until(lambda: balance_is(teller, account, 2))
        assert await broker.counts() == {}
        await engine.dispose()


async def test_nothing_is_taken_when_the_database_does_not_answer_yet(broker: Broker, teller: Teller) -> None:
    """A message taken would come back one delivery older."""
    account, answering = await teller.account("not-yet"), asyncio.Event()
    asked = 0

    async def database_answers() -> None:
        nonlocal asked
        asked += 1
        if not answering.is_set():
            raise ConnectionRefusedError("nobody there")

    await broker.put(body_of(deposit_asked(account)))
    async with consuming(broker.url, handle_reactions(teller.handler), database_answers) as consumer:
        await until(lambda: asked >= 3)
        assert not consumer.connected
        assert await broker.count(ORDER.queue) == 1
        answering.set()
        await until(lambda: balance_is(teller, account, 1))


async def test_consumer_stops_soon_when_the_database_is_away(
    broker: Broker, teller: Teller, database: FreshDatabase
) -> None:
    account = await teller.account("stop-away")
    async with proxied(database.runtime_url) as proxy:
        proxy.cut(for_good=True)
        engine = open_engine(proxy.url, application="consumer")
        handle = Watched(Handler(engine, MODEL))
        async with consuming(broker.url, handle):
            await broker.put(body_of(deposit_asked(account)))
            await until(lambda: len(handle.batches) >= 4)
            stopping = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - stopping < 2
        await engine.dispose()
    await until(lambda: broker.count(ORDER.queue))


async def test_consumer_stops_in_time_when_the_database_says_nothing(
    broker: Broker, teller: Teller, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_GRACE_SECONDS", 0.5)
    account = await teller.account("stop-silent")
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(proxy.url, application="consumer")
        handle = Watched(Handler(engine, MODEL))
        async with consuming(broker.url, handle):
            await broker.put(body_of(deposit_asked(account)))
            await until(lambda: balance_is(teller, account, 1))
            proxy.fall_silent()
            await broker.put(body_of(deposit_asked(account)))
            await until(lambda: len(handle.batches) == 2)
        proxy.cut(for_good=True)
        await engine.dispose()
    await until(lambda: broker.count(ORDER.queue))


async def test_consumption_resumes_when_the_queue_was_deleted(broker: Broker, teller: Teller) -> None:
    """The broker ends the consumer and leaves its channel open."""
    account = await teller.account("deleted")
    async with consuming(broker.url, handle_reactions(teller.handler)) as consumer:
        await until(lambda: consumer.connected)
        await broker.put(body_of(deposit_asked(account)))
        await until(lambda: balance_is(teller, account, 1))
        await broker.delete(ORDER.queue)
        await until(lambda: not consumer.connected)
        await until(lambda: consumer.connected)
        await broker.put(body_of(deposit_asked(account)))
        await until(lambda: balance_is(teller, account, 2))


async def test_health_tells_of_the_link_when_the_broker_cannot_be_reached(
    broker: Broker, teller: Teller
) -> None:
    async with (
        proxied(broker.url) as proxy,
        consuming(proxy.url, handle_reactions(teller.handler)) as consumer,
    ):
        await until(lambda: consumer.connected)
        await consumer.answers()
        proxy.cut(for_good=True)
        await until(lambda: not consumer.connected)
        with pytest.raises(ConnectionError):
            await consumer.answers()
        proxy.mend()
        await until(lambda: consumer.connected)
