"""The relay rests while there is nothing to do, and is woken long before it would look again."""

import asyncio
import statistics
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.messaging.wakeup import Notifier
from shared.runtime.handling import Handler
from tests.integration.platform.bank import MODEL, Deposit
from tests.integration.platform.broker import Broker, Listener, listen
from tests.integration.platform.relaying import all_published, last_position, relaying
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until


@pytest.fixture
async def listener(broker: Broker) -> Listener:
    return await listen(broker)


async def test_relay_reads_twice_a_second_when_there_is_nothing_to_publish(
    teller: Teller, broker: Broker, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await teller.account("relay")
    reads: list[float] = []

    async def forward(store: EventStore, connection: AsyncConnection, **where: int) -> list[Recorded]:
        reads.append(monotonic())
        return await read(store, connection, **where)

    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
        read = EventStore.forward
        monkeypatch.setattr(EventStore, "forward", forward)
        await until(lambda: len(reads) >= 3)
    assert reads[2] - reads[0] > 0.9


async def test_commit_is_published_long_before_the_poll_when_another_process_notifies(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    account = await teller.account("relay")
    other = open_engine(database.runtime_url, application="api")
    notifier, stop = Notifier(other), asyncio.Event()
    api = Handler(other, MODEL)
    api.observers.append(notifier.observe)
    notifying = asyncio.create_task(notifier.run(stop))
    took: list[float] = []
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
        for version in range(2, 8):
            await api.handle([asked(Deposit(account, 1))])
            took.append(await seconds_until_heard(listener, account, version))
    stop.set()
    await notifying
    await other.dispose()
    assert statistics.median(took) < 0.15


async def seconds_until_heard(listener: Listener, account: UUID, version: int) -> float:
    async def is_heard() -> bool:
        return any(
            (event["subject"], event["streamversion"]) == (str(account), version)
            for event in await listener.heard()
        )

    began = monotonic()
    await until(is_heard)
    return monotonic() - began


async def test_own_commit_wakes_the_leader_without_the_database_when_it_is_in_this_process(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    account = await teller.account("relay")
    took: list[float] = []
    async with relaying(teller.engine, database.runtime_url, broker.url) as running:
        teller.handler.observers.append(running.relay.observe)
        await until(lambda: all_published(teller))
        for version in range(2, 8):
            await teller.ask(Deposit(account, 1))
            took.append(await seconds_until_heard(listener, account, version))
    assert statistics.median(took) < 0.15


async def test_progress_is_noted_when_time_passes(
    teller: Teller, broker: Broker, database: FreshDatabase
) -> None:
    """What expiry relies on: how far the relay had come when."""
    await teller.account("relay")
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
        await until(lambda: noted_all(teller))


async def noted_all(teller: Teller) -> bool:
    return await teller.value("SELECT max(position) FROM relay_progress") == await last_position(teller)
