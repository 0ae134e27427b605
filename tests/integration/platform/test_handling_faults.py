"""The environment fails in the middle of a batch: nothing is half-done, nobody is blamed, and the same batch runs again."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from shared.contracts.orders import OrderCancelled
from shared.database.engine import open_engine
from shared.database.faults import Unavailable
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.http.idempotency import IdempotencyKey
from shared.messaging.consumer import Reacting
from shared.messaging.reactions import Heard
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from shared.runtime.submissions import Decided, Failed, Outcome, Submission
from tests.integration.platform.accounts import Deposited
from tests.integration.platform.bank import MODEL, Command, Deposit, Open, Withdraw
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until


@pytest.fixture
async def superuser(database: FreshDatabase) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database.superuser_url, application="superuser")
    yield engine
    await engine.dispose()


@asynccontextmanager
async def in_the_middle(
    teller: Teller, superuser: AsyncEngine, account: UUID, batch: list[Submission]
) -> AsyncGenerator[tuple[asyncio.Task[list[Outcome]], AsyncConnection]]:
    """The batch has made its claims and placeholders and waits for a row that somebody else holds."""
    async with superuser.connect() as holder:
        await holder.execute(text("SELECT 1 FROM accounts WHERE id = :id FOR UPDATE"), {"id": account})
        handling = asyncio.create_task(teller.handler.handle(batch))
        await until(lambda: waiting_backends(holder))
        yield handling, holder


async def waiting_backends(connection: AsyncConnection) -> list[int]:
    found = await connection.execute(
        text(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND application_name = 'tests'"
        )
    )
    return list(found.scalars())


async def nothing_is_left_of(teller: Teller, batch: list[Submission], opened: UUID) -> None:
    heard = [submission.heard for submission in batch]
    assert await teller.value("SELECT count(*) FROM inbox WHERE event_id = ANY(:ids)", ids=heard) == 0
    assert await teller.value("SELECT count(*) FROM accounts WHERE id = :id", id=opened) == 0
    assert await teller.value("SELECT count(*) FROM idempotency_keys WHERE key = :key", key=str(opened)) == 0


def mixed(account: UUID, opened: UUID) -> list[Submission]:
    key = IdempotencyKey("c-1", str(opened), "body")
    return [
        asked(Open(opened, "faults"), heard=new_id()),
        asked(Deposit(account, 5), heard=new_id()),
        asked(Deposit(account, 6), key=key),
    ]


async def test_same_batch_commits_when_its_session_had_been_terminated(
    teller: Teller, superuser: AsyncEngine
) -> None:
    account, opened = await teller.account("faults"), new_id()
    batch = mixed(account, opened)
    async with in_the_middle(teller, superuser, account, batch) as (handling, holder):
        [pid] = await waiting_backends(holder)
        await holder.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(Unavailable):
            await handling
        await nothing_is_left_of(teller, batch, opened)
    assert all(isinstance(outcome, Decided) for outcome in await teller.handler.handle(batch))
    assert await teller.balance(account) == 11


async def test_same_batch_commits_when_it_had_lost_a_deadlock(teller: Teller, superuser: AsyncEngine) -> None:
    """Ours never wait in a circle; somebody with psql may."""
    first, second = sorted([await teller.account("faults"), await teller.account("faults")])
    batch = [asked(Deposit(first, 1), heard=new_id()), asked(Deposit(second, 1), heard=new_id())]
    async with in_the_middle(teller, superuser, second, batch) as (handling, holder):
        await holder.execute(text("SET LOCAL deadlock_timeout = '20s'"))
        crossing = asyncio.create_task(
            holder.execute(text("SELECT 1 FROM accounts WHERE id = :id FOR UPDATE"), {"id": first})
        )
        with pytest.raises(Unavailable, match="deadlock"):
            await handling
        await crossing
    assert all(isinstance(outcome, Decided) for outcome in await teller.handler.handle(batch))
    assert [await teller.balance(account) for account in (first, second)] == [1, 1]


async def test_nobody_is_blamed_when_a_statement_takes_too_long(
    database: FreshDatabase, superuser: AsyncEngine
) -> None:
    engine = open_engine(database.runtime_url, application="tests", pool_size=1)
    async with engine.connect() as only:
        await only.execute(text("SET statement_timeout = '300ms'"))
        await only.commit()
    teller = Teller(Handler(engine, MODEL), engine)
    account = await teller.account("slow")
    batch = [asked(Deposit(account, 1), heard=new_id())]
    async with in_the_middle(teller, superuser, account, batch) as (handling, _):
        with pytest.raises(Unavailable, match="timeout"):
            await handling
    assert isinstance((await teller.handler.handle(batch))[0], Decided)
    await engine.dispose()


async def fail_in_the_middle(connection: AsyncConnection, events: Sequence[Recorded]) -> None:
    """A projection that a batch of several cannot pass, and whose session breaks at a deposit of 13."""
    if len(events) > 1:
        raise RuntimeError("one by one, please")
    if isinstance(events[0].event, Deposited) and events[0].event.amount == 13:
        await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_those_before_keep_their_outcome_when_the_environment_fails_one_by_one(teller: Teller) -> None:
    """A run of the whole batch would refuse the withdrawal that is committed already."""
    account = await teller.account("one-by-one", 5)
    handler = Handler(teller.engine, MODEL, project=fail_in_the_middle)
    outcomes = await handler.handle(
        [asked(Withdraw(account, 5)), asked(Deposit(account, 13)), asked(Deposit(account, 1))]
    )
    assert isinstance(outcomes[0], Decided)
    assert outcomes[0].refusal is None
    for outcome in outcomes[1:]:
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Unavailable)
    assert await teller.balance(account) == 0


async def test_clients_are_answered_each_for_itself_when_the_environment_fails_one_by_one(
    teller: Teller,
) -> None:
    account = await teller.account("each", 5)
    commands = Commands(Handler(teller.engine, MODEL, project=fail_in_the_middle))
    stop = asyncio.Event()
    submitted = [
        asyncio.create_task(commands.submit(asked(command)))
        for command in (Withdraw(account, 5), Deposit(account, 13), Deposit(account, 1))
    ]
    await asyncio.sleep(0)
    running = asyncio.create_task(commands.run(stop))
    first, *others = await asyncio.gather(*submitted, return_exceptions=True)
    stop.set()
    await running
    assert isinstance(first, Decided)
    assert [type(other) for other in others] == [Unavailable, Unavailable]
    assert await teller.balance(account) == 0


async def test_heard_batch_is_unfinished_when_the_environment_fails_one_by_one(teller: Teller) -> None:
    """No attempt is counted: it runs again, and what was committed is a repeat."""
    account = await teller.account("heard", 5)
    batch = [reacting(Withdraw(account, 5)), reacting(Deposit(account, 13)), reacting(Deposit(account, 1))]
    with pytest.raises(Unavailable):
        await handle_reactions(Handler(teller.engine, MODEL, project=fail_in_the_middle))(batch)
    assert await handle_reactions(teller.handler)(batch) == [None, None, None]
    assert await teller.balance(account) == 14


async def test_same_batch_commits_when_the_server_had_been_killed(
    teller: Teller, superuser: AsyncEngine, servers: Servers
) -> None:
    account, opened = await teller.account("faults"), new_id()
    batch = mixed(account, opened)
    with suppress(DBAPIError, OSError):  # the holder's own session dies as well
        async with in_the_middle(teller, superuser, account, batch) as (handling, _):
            await asyncio.to_thread(servers.kill, "order_db")
            with pytest.raises(Unavailable):
                await handling
    with pytest.raises(Unavailable):
        await teller.handler.handle(batch)
    await asyncio.to_thread(servers.start, "order_db")
    await nothing_is_left_of(teller, batch, opened)
    assert all(isinstance(outcome, Decided) for outcome in await teller.handler.handle(batch))
    assert await teller.balance(account) == 11


def reacting(command: Command) -> Reacting:
    submission = asked(command, heard=new_id())
    assert submission.heard is not None
    heard = Heard(
        id=submission.heard,
        type=OrderCancelled.type,
        subject="any",
        time=submission.context.now,
        correlation_id=submission.heard,
        causation_id=submission.heard,
        customer_id=None,
        stream_version=1,
        data=OrderCancelled(order_id=submission.heard, reason="expired", previous_status="PENDING"),
    )
    return Reacting(heard, command, submission.context, replayed=False)
