"""The consumer in outages of database and broker: nothing is counted against anybody, and it resumes and stops in time."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import Unavailable
from shared.messaging import connection, consumer
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from shared.testing.pauses import ENOUGH, assert_backoff
from tests.integration.platform.bank import MODEL
from tests.integration.platform.broker import ORDER, Broker, linked
from tests.integration.platform.consuming import Watched, balance_is, consuming
from tests.integration.platform.proxy import proxied
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import body_of, deposit_asked


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


async def test_pauses_grow_and_differ_when_the_database_stays_away(
    broker: Broker, teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is back must not meet the batches of all services at one moment."""
    account, pauses = await teller.account("pauses"), list[timedelta]()

    async def note(_stop: asyncio.Event, seconds: float) -> None:
        pauses.append(timedelta(seconds=seconds))

    async def away_at_first() -> None:
        if len(pauses) < ENOUGH:
            raise Unavailable("away")

    monkeypatch.setattr(consumer, "pause_until", note)
    await broker.put(body_of(deposit_asked(account)))
    async with consuming(broker.url, Watched(teller.handler, before=away_at_first)):
        await until(lambda: balance_is(teller, account, 1))
    assert_backoff(pauses)


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


async def test_consumption_resumes_when_the_queue_was_deleted_and_is_there_again(
    broker: Broker, teller: Teller
) -> None:
    """The broker ends the consumer and leaves its channel open. To make the queue again is its administrator's."""
    account = await teller.account("deleted")
    async with consuming(broker.url, handle_reactions(teller.handler)) as consumer:
        await until(lambda: broker.consumers(ORDER.queue))
        await broker.delete(ORDER.queue)
        await until(lambda: not consumer.connected, within=2)
        async with linked(broker.url):
            await until(lambda: consumer.connected, within=30)
        await broker.put(body_of(deposit_asked(account)))
        await until(lambda: balance_is(teller, account, 1))


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
