"""Race 24: the connection is lost around COMMIT. What took effect is looked up, and never done twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import CommitUnknown, Unavailable
from shared.eventsourcing.ids import new_id
from shared.http.idempotency import IdempotencyKey
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Repeated, Submission
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.bank import MODEL, Deposit, Withdraw
from tests.integration.platform.proxy import CutAt, Proxy, proxied
from tests.integration.platform.teller import Teller, asked


@asynccontextmanager
async def far_away(database: FreshDatabase) -> AsyncGenerator[tuple[Handler, Proxy]]:
    """A handler whose connections go over a cable."""
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(proxy.url, application="far-away")
        yield Handler(engine, MODEL), proxy
        await engine.dispose()


async def slow_commits(database: FreshDatabase) -> None:
    """From now on every COMMIT that has written an account takes a second, as on a slow disk or a slow replica."""
    owner = open_engine(database.owner_url, application="tests")
    async with owner.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE FUNCTION take_a_second() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$"
        )
        await connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION take_a_second()"
        )
    await owner.dispose()


async def test_batch_is_done_when_only_the_answer_to_commit_was_lost(
    teller: Teller, database: FreshDatabase
) -> None:
    account = await teller.account("answer-lost")
    async with far_away(database) as (handler, proxy):
        told: list[int] = []
        handler.observers.append(lambda events: told.append(len(events)))
        proxy.cut_at = CutAt.BEFORE_ITS_ANSWER
        outcomes = await handler.handle([asked(Deposit(account, 5)), asked(Deposit(account, 6))])
        assert proxy.cuts == 1
    assert all(isinstance(outcome, Decided) for outcome in outcomes)
    assert await teller.balance(account) == 11
    assert told == [2]


async def test_nothing_is_done_when_commit_never_arrived(teller: Teller, database: FreshDatabase) -> None:
    account, heard = await teller.account("never-arrived"), new_id()
    batch = [asked(Deposit(account, 5), heard=heard)]
    async with far_away(database) as (handler, proxy):
        proxy.cut_at = CutAt.BEFORE_COMMIT
        with pytest.raises(Unavailable):
            await handler.handle(batch)
        assert await teller.balance(account) == 0
        [again] = await handler.handle(batch)
    assert isinstance(again, Decided)
    assert await teller.balance(account) == 5


async def test_twins_commit_is_not_taken_for_ours_when_ours_never_arrived(
    teller: Teller, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of one event was handled elsewhere; what else was in our batch took effect nowhere."""
    account, twin, other = await teller.account("twin"), new_id(), new_id()
    batch = [asked(Deposit(account, 5), heard=twin), asked(None, heard=other)]
    async with far_away(database) as (handler, proxy):
        wait_for_appends = handler.store.wait_for_appends

        async def the_twin_is_first(connection: AsyncConnection) -> None:
            await teller.handler.handle([asked(Deposit(account, 5), heard=twin)])
            await wait_for_appends(connection)

        monkeypatch.setattr(handler.store, "wait_for_appends", the_twin_is_first)
        proxy.cut_at = CutAt.BEFORE_COMMIT
        with pytest.raises(Unavailable):
            await handler.handle(batch)
        again = await handler.handle(batch)
    assert [type(outcome) for outcome in again] == [Repeated, Decided]
    assert await teller.balance(account) == 5


async def test_look_up_waits_for_the_outcome_when_commit_is_still_under_way(
    make_database: MakeDatabase, template: str
) -> None:
    """Otherwise it would be found missing, done again, and come true twice."""
    database = make_database("order", template)
    engine = open_engine(database.runtime_url, application="tests")
    teller = Teller(Handler(engine, MODEL), engine)
    account = await teller.account("under-way")
    await slow_commits(database)
    async with far_away(database) as (handler, proxy):
        proxy.cut_at = CutAt.DURING_COMMIT
        [outcome] = await handler.handle([asked(Deposit(account, 5))])
        assert proxy.cuts == 1
    assert isinstance(outcome, Decided)
    assert await teller.balance(account) == 5
    await engine.dispose()


async def test_repeat_is_noticed_when_the_batch_runs_again_after_a_look_up_that_failed(
    teller: Teller, database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.handling._LOOK_UP_AGAIN_AFTER", [timedelta(milliseconds=20)] * 3)
    account, heard = await teller.account("unknown"), new_id()
    batch = [asked(Deposit(account, 5), heard=heard)]
    async with far_away(database) as (handler, proxy):
        proxy.cut_at, proxy.stays_cut = CutAt.BEFORE_ITS_ANSWER, True
        with pytest.raises(CommitUnknown):
            await handler.handle(batch)
        proxy.mend()
        assert await handler.handle(batch) == [Repeated()]
    assert await teller.balance(account) == 5


@pytest.mark.parametrize("moment", CutAt)
async def test_client_is_answered_once_when_the_connection_is_lost_around_commit(
    teller: Teller, database: FreshDatabase, moment: CutAt
) -> None:
    """Through group commit: the withdrawal empties the account, so a second one would be refused."""
    account = await teller.account(f"client {moment.name}", 5)
    async with far_away(database) as (handler, proxy):
        commands, stop = Commands(handler), asyncio.Event()
        running = asyncio.create_task(commands.run(stop))
        proxy.cut_at = moment
        outcome = await commands.submit(asked(Withdraw(account, 5)))
        stop.set()
        await running
        assert proxy.cuts == 1
    assert isinstance(outcome, Decided)
    assert outcome.refusal is None
    assert await teller.balance(account) == 0


async def test_answer_is_remembered_when_the_client_asks_again_after_commit_was_lost(
    teller: Teller, database: FreshDatabase
) -> None:
    account = await teller.account("asks-again", 5)
    key = IdempotencyKey("c-1", f"withdraw {account}", "same")

    def wish() -> Submission:
        return asked(Withdraw(account, 5), key=key)

    async with far_away(database) as (handler, proxy):
        proxy.cut_at = CutAt.BEFORE_ITS_ANSWER
        [first] = await handler.handle([wish()])
        [second] = await handler.handle([wish()])
    assert isinstance(first, Decided)
    assert isinstance(second, Repeated)
    assert second.answer == first.answer
    assert await teller.balance(account) == 0


async def test_refusal_is_given_again_when_its_commit_was_lost(
    teller: Teller, database: FreshDatabase
) -> None:
    """It has no event to be looked up by; the key's own record tells."""
    account = await teller.account("refusal-lost")
    batch = [asked(Withdraw(account, 5), key=IdempotencyKey("c-1", f"refused {account}", "same"))]
    async with far_away(database) as (handler, proxy):
        proxy.cut_at = CutAt.BEFORE_ITS_ANSWER
        with pytest.raises(Unavailable):
            await handler.handle(batch)
        [again] = await handler.handle(batch)
    assert isinstance(again, Repeated)
    assert again.answer is not None
    assert again.answer.status == 422


async def test_twin_is_recognised_by_its_command_id_when_inbox_and_key_know_nothing(
    teller: Teller,
) -> None:
    account, request = await teller.account("twin"), new_id()
    twin = asked(Deposit(account, 5), command_id=request)
    await teller.handler.handle([twin])
    other = asked(Deposit(account, 1))
    outcomes = await teller.handler.handle([other, twin])
    assert isinstance(outcomes[0], Decided)
    assert outcomes[1] == Repeated()
    assert await teller.balance(account) == 6
