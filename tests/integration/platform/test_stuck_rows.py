"""Somebody locks one row and does not let go: what needs that row waits, and nothing else does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import LockedByAnother, Unavailable
from shared.eventsourcing.ids import new_id
from shared.http.idempotency import IdempotencyKey
from shared.messaging import incoming
from shared.messaging.inbox import slot_of
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.housekeeping import Housekeeping
from shared.runtime.reacting import handle_reactions
from shared.runtime.submissions import Decided, Failed, Outcome
from tests.integration.platform.bank import MODEL, Deposit, FillVault, Transfer
from tests.integration.platform.broker import RETRY_1S, RETRY_10S, RETRY_60S, Broker
from tests.integration.platform.consuming import balance_is, consuming
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import body_of, deposit_asked

# Long enough to tell a batch that waits for the lock from one that does not, on the slowest machine.
LONG = 5.0


@pytest.fixture
async def foreigner(database: FreshDatabase) -> AsyncIterator[AsyncEngine]:
    """Somebody with psql, whose transactions may idle for as long as they like."""
    engine = open_engine(database.superuser_url, application="foreigner")
    yield engine
    await engine.dispose()


@pytest.fixture
async def patient(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Teller]:
    """Waits for locks for so long that it shows whether it did."""
    monkeypatch.setattr("shared.database.engine._LOCK_TIMEOUT", f"{LONG}s")
    engine = open_engine(database.runtime_url, application="patient", statement_timeout=timedelta(minutes=1))
    yield Teller(Handler(engine, MODEL), engine)
    await engine.dispose()


@asynccontextmanager
async def held(
    foreigner: AsyncEngine, statement: str, **parameters: object
) -> AsyncGenerator[AsyncConnection]:
    """An open transaction that has executed this."""
    async with foreigner.connect() as holder:
        await holder.execute(text("SET idle_in_transaction_session_timeout = 0"))
        await holder.execute(text(statement), parameters)
        yield holder
        await holder.rollback()


def row_held(foreigner: AsyncEngine, account: UUID) -> AbstractAsyncContextManager[AsyncConnection]:
    return held(foreigner, "SELECT 1 FROM accounts WHERE id = :id FOR UPDATE", id=account)


def waited_in_vain(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, LockedByAnother)


async def test_neighbours_commit_when_a_row_is_stuck(teller: Teller, foreigner: AsyncEngine) -> None:
    stuck, free, heard = await teller.account("stuck"), await teller.account("free"), new_id()
    key = IdempotencyKey("c-1", str(new_id()), "body")
    batch = [
        asked(Deposit(free, 1), heard=new_id()),
        asked(Deposit(stuck, 2), heard=heard),
        asked(Transfer(free, stuck, 1), key=key),
        asked(Deposit(free, 4)),
    ]
    async with row_held(foreigner, stuck):
        outcomes = await teller.handler.handle(batch)
    assert [waited_in_vain(outcome) for outcome in outcomes] == [False, True, True, False]
    assert await teller.balance(free) == 5
    assert await teller.value("SELECT count(*) FROM inbox WHERE event_id = :id", id=heard) == 0
    assert await teller.value("SELECT count(*) FROM idempotency_keys WHERE key = :key", key=key.key) == 0


async def test_stuck_one_takes_effect_once_when_its_row_is_free_again(
    teller: Teller, foreigner: AsyncEngine
) -> None:
    stuck, free, heard = await teller.account("stuck"), await teller.account("free"), new_id()
    batch = [asked(Deposit(stuck, 2), heard=heard), asked(Deposit(free, 1), heard=new_id())]
    async with row_held(foreigner, stuck):
        await teller.handler.handle(batch)
    again = [await teller.handler.handle([asked(Deposit(stuck, 2), heard=heard)]) for _ in range(2)]
    assert isinstance(again[0][0], Decided)
    assert await teller.balance(stuck) == 2


async def test_later_batches_do_not_wait_when_a_row_is_known_to_be_stuck(
    patient: Teller, foreigner: AsyncEngine
) -> None:
    stuck, free = await patient.account("stuck"), await patient.account("free")
    async with row_held(foreigner, stuck):
        await patient.ask(Deposit(stuck, 2), Deposit(free, 1))
        began = monotonic()
        together = await patient.ask(Deposit(free, 1), Deposit(stuck, 2))
        alone = await patient.ask(Deposit(stuck, 2))
        assert monotonic() - began < LONG
    assert [waited_in_vain(outcome) for outcome in (*together, *alone)] == [False, True, True]
    assert await patient.balance(free) == 2
    assert isinstance((await patient.ask(Deposit(stuck, 2)))[0], Decided)


async def test_only_those_that_need_them_wait_when_rows_of_several_tables_are_stuck(
    teller: Teller, foreigner: AsyncEngine
) -> None:
    first, second, free = [await teller.account(branch) for branch in ("one", "two", "three")]
    await teller.ask(FillVault("one", 5), FillVault("three", 5))
    async with row_held(foreigner, first), held(foreigner, "SELECT 1 FROM cash WHERE id = 'two' FOR UPDATE"):
        outcomes = await teller.ask(
            Deposit(first, 1), Deposit(second, 2), Deposit(free, 3), FillVault("one", 4)
        )
    assert [waited_in_vain(outcome) for outcome in outcomes] == [True, True, False, False]
    assert [await teller.balance(account) for account in (first, second, free)] == [0, 0, 3]


@pytest.mark.parametrize("what", ["claim", "key"])
async def test_neighbours_commit_when_a_claim_is_not_let_go_of(
    teller: Teller, foreigner: AsyncEngine, what: str
) -> None:
    """A process hangs in the middle of a transaction, and its client or its message has come to us."""
    account, heard = await teller.account("claims"), new_id()
    key = IdempotencyKey("c-1", str(new_id()), "body")
    batch = [
        asked(Deposit(account, 1)),
        asked(Deposit(account, 2), heard=heard if what == "claim" else None, key=key),
        asked(Deposit(account, 4)),
    ]
    claim = (
        ("INSERT INTO inbox (slot, event_id) VALUES (:slot, :id)", {"slot": slot_of(heard), "id": heard})
        if what == "claim"
        else (
            "INSERT INTO idempotency_keys (subject, key, fingerprint, created_at)"
            " VALUES (:subject, :key, '', now())",
            {"subject": key.subject, "key": key.key},
        )
    )
    async with held(foreigner, claim[0], **claim[1]):
        outcomes = await teller.handler.handle(batch)
        assert [waited_in_vain(outcome) for outcome in outcomes] == [False, True, False]
    assert isinstance((await teller.handler.handle(batch[1:2]))[0], Decided)
    assert await teller.balance(account) == 7


async def test_nobody_is_blamed_when_the_append_lock_is_not_let_go_of(
    teller: Teller, foreigner: AsyncEngine
) -> None:
    """All who append need that one: the batch as a whole is to run again."""
    account = await teller.account("append")
    async with held(foreigner, "SELECT pg_advisory_xact_lock(4837101)"):
        with pytest.raises(Unavailable) as fault:
            await teller.ask(Deposit(account, 1), Deposit(account, 2))
    assert not isinstance(fault.value, LockedByAnother)
    assert await teller.balance(account) == 0


async def test_client_is_told_and_may_ask_again_when_its_row_is_stuck(
    teller: Teller, foreigner: AsyncEngine
) -> None:
    stuck, free = await teller.account("stuck"), await teller.account("free")
    key = IdempotencyKey("c-1", str(new_id()), "body")
    commands, stop = Commands(teller.handler), asyncio.Event()
    running = asyncio.create_task(commands.run(stop))
    async with row_held(foreigner, stuck):
        waiting, done = await asyncio.gather(
            commands.submit(asked(Deposit(stuck, 5), key=key)),
            commands.submit(asked(Deposit(free, 6))),
            return_exceptions=True,
        )
        assert isinstance(waiting, LockedByAnother)
        assert isinstance(done, Decided)
    assert isinstance(await commands.submit(asked(Deposit(stuck, 5), key=key)), Decided)
    stop.set()
    await running
    assert [await teller.balance(account) for account in (stuck, free)] == [5, 6]


async def test_others_are_served_and_nothing_is_dead_when_a_row_is_held_for_ten_seconds_under_traffic(
    teller: Teller, broker: Broker, foreigner: AsyncEngine
) -> None:
    stuck, free = await teller.account("stuck"), await teller.account("free")
    spy, slowest, deposits = await broker.spy(), 0.0, 0
    async with consuming(broker.url, handle_reactions(teller.handler)):
        async with row_held(foreigner, stuck):
            release_at = monotonic() + 10
            await broker.put(body_of(deposit_asked(stuck, 1_000), deposit_asked(free, 0)))
            while (began := monotonic()) < release_at:
                deposits += 1
                await broker.put(body_of(deposit_asked(free, 1)))
                await until(partial(balance_is, teller, free, deposits), within=30)
                slowest = max(slowest, monotonic() - began)
            assert await teller.balance(stuck) == 0
        await until(lambda: balance_is(teller, stuck, 1_000), within=30)
    assert slowest < LONG
    sent = [await spy.get(no_ack=True) for _ in range(2)]
    assert [message.routing_key for message in sent] == [RETRY_1S, RETRY_10S]
    assert [message.headers[incoming.ATTEMPTS] for message in sent] == [0, 0]
    assert await spy.get(no_ack=True, fail=False) is None
    assert await broker.counts() == {}
    assert len(await teller.history(stuck)) == 2


async def test_event_waits_in_the_slowest_queue_and_keeps_its_attempts_when_the_lock_lasts(
    teller: Teller, broker: Broker, foreigner: AsyncEngine
) -> None:
    stuck, spy = await teller.account("stuck"), await broker.spy()
    await broker.put(body_of(deposit_asked(stuck, 1)), attempts=3, lock_waits=7)
    async with row_held(foreigner, stuck), consuming(broker.url, handle_reactions(teller.handler)):
        again = await until(lambda: spy.get(no_ack=True, fail=False), within=30)
    assert again.routing_key == RETRY_60S
    assert (again.headers[incoming.ATTEMPTS], again.headers[incoming.LOCK_WAITS]) == (3, 8)


async def test_old_keys_are_deleted_when_one_of_them_is_stuck(teller: Teller, foreigner: AsyncEngine) -> None:
    keys = [IdempotencyKey("c-1", str(new_id()), "body") for _ in range(3)]
    account = await teller.account("keys")
    await teller.handler.handle([asked(Deposit(account, 1), key=key) for key in keys])
    tomorrow = datetime.now(UTC) + timedelta(hours=25)
    async with held(foreigner, "SELECT 1 FROM idempotency_keys WHERE key = :key FOR UPDATE", key=keys[1].key):
        await Housekeeping(teller.engine, lambda: tomorrow).tidy()
    left = await teller.rows("SELECT key FROM idempotency_keys")
    assert [row.key for row in left] == [keys[1].key]
