"""The relay: what is committed is published, in each stream's order, at least once, and never skipped."""

import asyncio
from datetime import timedelta
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import text

from ops.stack.isolation import FreshDatabase
from shared.contracts import Contract
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.messaging.checkpoint import Checkpoint, EventsMissing
from tests.integration.platform.accounts import Deposited
from tests.integration.platform.bank import Deposit, FillVault, Open, Withdraw
from tests.integration.platform.broker import Broker, Listener, linked, listen
from tests.integration.platform.proxy import proxied
from tests.integration.platform.relaying import all_published, checkpoint, last_position, relaying, utc_now
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import publish


@pytest.fixture(autouse=True)
async def _caught_up(teller: Teller) -> None:  # pyright: ignore[reportUnusedFunction]
    """What other tests have committed is not this one's to publish."""
    async with teller.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO checkpoints (name, position) SELECT 'relay', max(position) FROM events"
                " HAVING count(*) > 0 ON CONFLICT (name) DO UPDATE SET position = excluded.position"
            )
        )


@pytest.fixture
async def listener(broker: Broker) -> Listener:
    return await listen(broker)


def stream_of(events: list[tuple[str, int]], account: UUID) -> list[int]:
    return [version for subject, version in events if subject == str(account)]


async def heard(listener: Listener) -> list[tuple[str, int]]:
    return [(event["subject"], event["streamversion"]) for event in await listener.heard()]


async def test_every_stream_keeps_its_order_when_its_events_are_of_many_types(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    accounts = [new_id() for _ in range(8)]
    await teller.ask(*(Open(account, "relay") for account in accounts))
    for turn in range(30):
        await teller.ask(
            *(Withdraw(a, 1) if (turn + n) % 3 == 0 else Deposit(a, 2) for n, a in enumerate(accounts)),
            FillVault("relay", 1),
        )
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
    events = await heard(listener)
    for account in accounts:
        stored = len(await teller.history(account))
        assert stream_of(events, account) == list(range(1, stored + 1))
    assert {subject for subject, _ in events} == {str(account) for account in accounts}


async def test_events_of_one_type_share_messages_when_there_are_many(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    account = new_id()
    await teller.ask(Open(account, "relay"), *(Deposit(account, 1) for _ in range(250)))
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
    await listener.heard()
    sizes = [(m.headers["type"], m.headers["count"]) for m in listener.messages]
    assert sizes == [
        ("bank.opened", 1),
        ("bank.deposited", 100),
        ("bank.deposited", 100),
        ("bank.deposited", 50),
    ]
    assert {m.content_type for m in listener.messages} == {"application/cloudevents-batch+json"}
    assert all(m.delivery_mode == 2 for m in listener.messages)


async def test_checkpoint_never_falls_when_a_leader_of_before_writes_late(
    teller: Teller, broker: Broker, database: FreshDatabase
) -> None:
    await teller.account("relay", 5)
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
        await Checkpoint(teller.engine, utc_now).save(1)
        assert await checkpoint(teller) == await last_position(teller)


async def test_published_again_and_nothing_skipped_when_killed_before_its_checkpoint(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    """The checkpoint cannot be written, as long as somebody else holds its row."""
    account = await teller.account("relay")
    async with relaying(teller.engine, database.runtime_url, broker.url) as first:
        await until(lambda: all_published(teller))
        saved = await checkpoint(teller)
        async with teller.engine.begin() as holding:
            await holding.execute(text("SELECT 1 FROM checkpoints FOR UPDATE"))
            await teller.ask(*(Deposit(account, 1) for _ in range(5)))
            await until(lambda: stream_is(listener, account, [1, 2, 3, 4, 5, 6]))
            await first.kill()
    assert await checkpoint(teller) == saved
    await teller.ask(Deposit(account, 1))
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller))
    assert stream_of(await heard(listener), account) == [1, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 7]


async def stream_is(listener: Listener, account: UUID, versions: list[int]) -> bool:
    return stream_of(await heard(listener), account) == versions


async def test_everything_arrives_when_the_link_to_the_broker_is_cut_again_and_again(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    account = await teller.account("relay")
    async with (
        proxied(broker.url) as proxy,
        relaying(teller.engine, database.runtime_url, proxy.url) as running,
    ):
        for _ in range(3):
            await until(lambda: running.relay.leads)
            await until(lambda: all_published(teller))
            proxy.fall_silent()
            await teller.ask(*(Deposit(account, 1) for _ in range(300)))
            running.relay.observe([])
            await until(publishing)
            proxy.speak_again()
        await until(lambda: all_published(teller), within=20)
    versions = stream_of(await heard(listener), account)
    assert set(versions) == set(range(1, 902))
    first_seen = list(dict.fromkeys(versions))
    assert first_seen == sorted(first_seen)


async def test_everything_arrives_when_the_database_is_cut_again_and_again(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    account = await teller.account("relay")
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(proxy.url, application="relay")
        async with relaying(engine, proxy.url, broker.url) as running:
            for _ in range(3):
                await until(lambda: running.relay.leads)
                await teller.ask(*(Deposit(account, 1) for _ in range(300)))
                proxy.cut()
            await until(lambda: all_published(teller), within=20)
        await engine.dispose()
    assert set(stream_of(await heard(listener), account)) == set(range(1, 902))


async def test_relay_stops_soon_when_the_broker_says_nothing(
    teller: Teller, broker: Broker, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a broker does whose disk is full: it takes what is published and confirms nothing."""
    monkeypatch.setattr("shared.messaging.connection._GRACE_SECONDS", 0.5)
    monkeypatch.setattr("shared.messaging.connection._CLOSE_TIMEOUT_SECONDS", 0.5)
    account = await teller.account("relay")
    async with (
        proxied(broker.url) as proxy,
        relaying(teller.engine, database.runtime_url, proxy.url) as running,
    ):
        await until(lambda: all_published(teller))
        proxy.fall_silent()
        await teller.ask(Deposit(account, 1))
        running.relay.observe(await teller.history(account))
        await until(publishing)
        stopping = monotonic()
        await running.finish()
        assert monotonic() - stopping < 3


def publishing() -> bool:
    return any("_send" in str(task.get_coro()) for task in asyncio.all_tasks())


async def test_checkpoint_is_not_set_beyond_what_the_database_holds(teller: Teller) -> None:
    """As after a failover to a server that lacks the newest events: those to come get their positions."""
    await teller.account("relay")
    last = await last_position(teller)
    await Checkpoint(teller.engine, utc_now).save(last)
    with pytest.raises(EventsMissing):
        await Checkpoint(teller.engine, utc_now).save(last + 1)
    assert await checkpoint(teller) == last


class Bug:
    """Deposits of 13 cannot be published until it is mended; everything else can."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mended = False
        monkeypatch.setattr("tests.integration.platform.relaying.publish", self.publish)
        monkeypatch.setattr("shared.messaging.forwarding._TRY_WITHHELD_AGAIN_AFTER", timedelta(seconds=0.2))

    def publish(self, recorded: Recorded) -> Contract | None:
        if isinstance(recorded.event, Deposited) and recorded.event.amount == 13 and not self.mended:
            raise TypeError("Integer exceeds 64-bit range")
        return publish(recorded)


async def withheld(teller: Teller) -> list[tuple[str, str]]:
    async with teller.engine.connect() as connection:
        found = await connection.execute(text("SELECT stream, error FROM withheld_streams ORDER BY position"))
        return [(stream, error) for stream, error in found]


async def test_only_its_stream_waits_when_an_event_cannot_be_published(
    teller: Teller,
    broker: Broker,
    listener: Listener,
    database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One stuck aggregate never stops others; what waits is told in its order as soon as that is possible."""
    bug = Bug(monkeypatch)
    stuck, other = await teller.account("relay"), await teller.account("relay")
    await teller.ask(Deposit(stuck, 1), Deposit(stuck, 13), Deposit(stuck, 2), Deposit(stuck, 13))
    await teller.ask(*(Deposit(other, 1) for _ in range(1_500)))
    async with relaying(teller.engine, database.runtime_url, broker.url) as running:
        await until(lambda: all_published(teller))
        assert await withheld(teller) == [(f"account-{stuck}", "TypeError")]
        assert stream_of(await heard(listener), stuck) == [1, 2]
        assert stream_of(await heard(listener), other) == list(range(1, 1_502))
        await teller.ask(Deposit(stuck, 3), Deposit(other, 1))
        running.relay.observe([])
        await until(lambda: all_published(teller))
        assert stream_of(await heard(listener), stuck) == [1, 2]
        bug.mended = True
        await until(lambda: stream_is(listener, stuck, [1, 2, 3, 4, 5, 6]))
        await until(lambda: nothing_is_withheld(teller))
        assert stream_of(await heard(listener), other) == list(range(1, 1_503))


async def nothing_is_withheld(teller: Teller) -> bool:
    return not await withheld(teller)


async def test_nothing_is_forgotten_or_overtaken_when_the_next_leader_can_publish_what_the_last_could_not(
    teller: Teller,
    broker: Broker,
    listener: Listener,
    database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The checkpoint of the one that is killed may lie before what it withheld, or behind."""
    bug = Bug(monkeypatch)
    account = await teller.account("relay")
    for killed_before_its_checkpoint in (True, False):
        bug.mended = False
        await teller.ask(Deposit(account, 1), Deposit(account, 13), Deposit(account, 2))
        async with (
            teller.engine.begin() as holding,
            relaying(teller.engine, database.runtime_url, broker.url) as first,
        ):
            if killed_before_its_checkpoint:
                await holding.execute(text("SELECT 1 FROM checkpoints FOR UPDATE"))
                await until(lambda: something_is_withheld(teller))
            else:
                await until(lambda: all_published(teller))
            await first.kill()
        bug.mended = True
        async with relaying(teller.engine, database.runtime_url, broker.url):
            await until(lambda: all_published(teller))
            await until(lambda: nothing_is_withheld(teller))
    versions = stream_of(await heard(listener), account)
    assert list(dict.fromkeys(versions)) == list(range(1, 8))


async def something_is_withheld(teller: Teller) -> bool:
    return bool(await withheld(teller))


async def test_relay_comes_on_when_hundreds_of_streams_cannot_be_published(
    teller: Teller,
    broker: Broker,
    listener: Listener,
    database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after a release with a bug about one type: nobody waits for it, and a second release mends all of it."""
    bug = Bug(monkeypatch)
    accounts = [new_id() for _ in range(250)]
    await teller.ask(*(Open(account, "relay") for account in accounts))
    await teller.ask(*(Deposit(account, 13) for account in accounts))
    async with relaying(teller.engine, database.runtime_url, broker.url):
        await until(lambda: all_published(teller), within=20)
        assert len(await withheld(teller)) == len(accounts)
        bug.mended = True
        await until(lambda: nothing_is_withheld(teller), within=20)
    events = await heard(listener)
    assert all(stream_of(events, account) == [1, 2] for account in accounts)


async def test_nothing_is_published_when_another_services_queue_is_missing(
    teller: Teller, broker: Broker, listener: Listener, database: FreshDatabase
) -> None:
    """That queue would miss the event for good, and the broker would confirm it all the same."""
    account = new_id()
    await broker.delete("payment_queue")
    await teller.ask(Open(account, "relay"))
    async with relaying(teller.engine, database.runtime_url, broker.url) as running:
        for leads in (True, False, True, False):
            await until(lambda leads=leads: running.relay.leads is leads, within=30)
        assert await heard(listener) == []
        async with linked(broker.url):
            await until(lambda: all_published(teller), within=30)
    assert await heard(listener) == [(str(account), 1)]
