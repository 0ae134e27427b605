"""What is tidied up, and what is kept: inbox slots, idempotency keys, and since when a queue hears a type."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import Unavailable
from shared.database.schema import INBOX_SLOTS
from shared.eventsourcing.ids import event_id, new_id
from shared.messaging import inbox
from shared.messaging.topology import SUBSCRIPTIONS
from shared.runtime.housekeeping import Housekeeping, record_subscriptions
from tests.integration.platform.proxy import proxied
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until

TODAY = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def heard_on(day: datetime) -> UUID:
    return event_id(new_id(), "account-1", 0, day)


async def claim(engine: AsyncEngine, *events: UUID) -> set[UUID]:
    async with engine.begin() as connection:
        return await inbox.claim(connection, events)


async def test_slot_of_the_day_in_five_days_alone_is_emptied_when_tidied(
    teller: Teller, engine: AsyncEngine
) -> None:
    days = {n: heard_on(TODAY - timedelta(days=n)) for n in range(INBOX_SLOTS)}
    assert await claim(engine, *days.values()) == set(days.values())
    await Housekeeping(engine, lambda: TODAY).tidy()
    forgotten = await claim(engine, *days.values())
    assert forgotten == {days[INBOX_SLOTS - 5]}


async def test_every_id_is_remembered_for_34_days_when_tidied_daily(engine: AsyncEngine) -> None:
    first_day = TODAY + timedelta(days=100)
    heard = heard_on(first_day)
    await claim(engine, heard)
    remembered, forgotten = 0, False
    while not forgotten:
        today = first_day + timedelta(days=remembered)
        async with engine.begin() as connection:
            await inbox.empty_coming_slot(connection, today)
        forgotten = bool(await claim(engine, heard))
        remembered += not forgotten
    assert remembered == 35


async def test_slot_is_emptied_once_a_day_when_tidied_often(engine: AsyncEngine) -> None:
    now = TODAY + timedelta(days=200)
    keeping = Housekeeping(engine, lambda: now)
    await keeping.tidy()
    in_five_days = heard_on(now + timedelta(days=5))
    await claim(engine, in_five_days)
    await keeping.tidy()
    assert await claim(engine, in_five_days) == set()
    now += timedelta(days=1)
    await keeping.tidy()
    assert await claim(engine, in_five_days) == set()


@pytest.mark.parametrize(
    "made", [new_id(), UUID(int=0), UUID(int=2**128 - 1), UUID("0197f3a0-0000-4000-8000-000000000001")]
)
async def test_every_id_has_a_slot_when_it_is_claimed(engine: AsyncEngine, made: UUID) -> None:
    assert await claim(engine, made) == {made}
    assert await claim(engine, made) == set()


async def test_old_keys_are_all_deleted_when_there_are_more_than_one_round_takes(
    teller: Teller, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO idempotency_keys (subject, key, fingerprint, created_at)"
                " SELECT 's', n::text, 'f', CAST(:now AS timestamptz) - n * interval '1 minute'"
                " FROM generate_series(0, 2999) AS n"
            ),
            {"now": TODAY},
        )
    await Housekeeping(engine, lambda: TODAY).tidy()
    assert await teller.value("SELECT count(*) FROM idempotency_keys WHERE subject = 's'") == 24 * 60 + 1


async def test_tidying_goes_on_when_the_database_had_been_away(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.housekeeping._EVERY", timedelta(milliseconds=50))
    rounds = 0

    def clock() -> datetime:
        nonlocal rounds
        rounds += 1
        return TODAY

    async with proxied(database.runtime_url) as proxy:
        engine, stop = open_engine(proxy.url, application="housekeeping"), asyncio.Event()
        proxy.cut(for_good=True)
        keeping = Housekeeping(engine, clock)
        with pytest.raises(Unavailable):
            await keeping.tidy()
        running = asyncio.create_task(keeping.run(stop))
        await until(lambda: rounds >= 3)
        proxy.mend()
        await until(lambda: keeping._emptied_on == TODAY.date())  # pyright: ignore[reportPrivateUsage]
        stop.set()
        async with asyncio.timeout(2):
            await running
        await engine.dispose()


async def test_first_binding_is_remembered_when_recorded_again(teller: Teller, engine: AsyncEngine) -> None:
    subscription = SUBSCRIPTIONS["inventory"]
    await record_subscriptions(engine, subscription, TODAY)
    await record_subscriptions(engine, subscription, TODAY + timedelta(days=1))
    rows = await teller.rows("SELECT type, bound_at FROM subscriptions WHERE queue = 'inventory_queue'")
    assert {row.type for row in rows} == {contract.type for contract in subscription.contracts}
    assert {row.bound_at for row in rows} == {TODAY}
