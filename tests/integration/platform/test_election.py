"""One relay per service leads. When it is gone, whatever way, another takes over within seconds."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from functools import partial
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from tests.integration.platform.bank import Deposit
from tests.integration.platform.broker import Broker, Listener, listen
from tests.integration.platform.relaying import relaying
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until

TAKEN_OVER_WITHIN = 5.0


@pytest.fixture
async def superuser(database: FreshDatabase) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database.superuser_url, application="superuser")
    yield engine
    await engine.dispose()


async def leading_session(superuser: AsyncEngine) -> int | None:
    async with superuser.connect() as connection:
        return await connection.scalar(
            text(
                "SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database"
                " WHERE locktype = 'advisory' AND objid = 4837103 AND granted AND datname = current_database()"
            )
        )


async def test_leadership_is_taken_over_when_the_leaders_session_is_terminated(
    teller: Teller, broker: Broker, database: FreshDatabase, superuser: AsyncEngine
) -> None:
    account, listener, url = await teller.account("election"), await listen(broker), database.runtime_url
    async with (
        relaying(teller.engine, url, broker.url) as one,
        relaying(teller.engine, url, broker.url) as other,
    ):
        for version in (2, 3, 4):
            await until(lambda: one.relay.leads or other.relay.leads)
            before = await until(lambda: leading_session(superuser))
            await teller.ask(Deposit(account, 1))
            async with superuser.connect() as connection:
                await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
            began = monotonic()
            await until(partial(leads_another, superuser, before), within=TAKEN_OVER_WITHIN)
            await hears(listener, {version}, within=TAKEN_OVER_WITHIN)
            assert monotonic() - began < TAKEN_OVER_WITHIN


async def leads_another(superuser: AsyncEngine, than: int) -> bool:
    """Whether there is a leader again: a session that is told to end does so a moment later."""
    return await leading_session(superuser) not in (None, than)


async def hears(listener: Listener, versions: set[int], within: float) -> None:
    async def has_heard() -> bool:
        return versions <= {event["streamversion"] for event in await listener.heard()}

    await until(has_heard, within)


async def test_other_relay_takes_over_when_the_leaders_process_is_killed(
    teller: Teller, broker: Broker, database: FreshDatabase, superuser: AsyncEngine
) -> None:
    account, listener = await teller.account("election"), await listen(broker)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.platform.relaying", database.runtime_url, broker.url
    )
    await until(lambda: leading_session(superuser), within=20)
    await hears(listener, {1}, within=10)
    async with relaying(teller.engine, database.runtime_url, broker.url) as standing_by:
        await until(lambda: sessions_of_relays(superuser, 2))
        await teller.ask(*(Deposit(account, 1) for _ in range(400)))
        process.kill()
        await process.wait()
        began = monotonic()
        await until(lambda: standing_by.relay.leads, within=TAKEN_OVER_WITHIN)
        await hears(listener, set(range(1, 402)), within=10)
        assert monotonic() - began < TAKEN_OVER_WITHIN


async def test_other_relay_takes_over_when_the_leaders_process_hangs(
    teller: Teller, broker: Broker, database: FreshDatabase, superuser: AsyncEngine
) -> None:
    """Its machine still answers for its connections, so that the server alone can tell."""
    account, listener = await teller.account("election"), await listen(broker)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.platform.relaying", database.runtime_url, broker.url
    )
    try:
        await until(lambda: leading_session(superuser), within=20)
        await hears(listener, {1}, within=10)
        async with relaying(teller.engine, database.runtime_url, broker.url) as standing_by:
            await until(lambda: sessions_of_relays(superuser, 2))
            process.send_signal(signal.SIGSTOP)
            await teller.ask(Deposit(account, 1))
            await until(lambda: standing_by.relay.leads, within=25)
            await hears(listener, {2}, within=TAKEN_OVER_WITHIN)
    finally:
        process.kill()
        await process.wait()


async def sessions_of_relays(superuser: AsyncEngine, expected: int) -> bool:
    async with superuser.connect() as connection:
        found = await connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'bank-relay'"
            )
        )
        return found == expected


async def test_leader_gives_way_when_it_is_told_to_stop(
    teller: Teller, broker: Broker, database: FreshDatabase
) -> None:
    url = database.runtime_url
    async with relaying(teller.engine, url, broker.url) as one:
        await until(lambda: one.relay.leads)
        async with relaying(teller.engine, url, broker.url) as other:
            await one.finish()
            await until(lambda: other.relay.leads, within=TAKEN_OVER_WITHIN)
            assert not one.relay.leads
