"""Several processes on the same rows: nobody overwrites anybody, nothing is made twice, and nobody waits in a circle."""

import asyncio
import random
from itertools import chain
from time import monotonic

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.decisions import Access, Change, Decision, Model, Step, Touch
from shared.eventsourcing.ids import new_id
from shared.http.idempotency import IdempotencyKey
from shared.runtime.handling import Handler, RowNotHeld
from shared.runtime.submissions import Decided, Failed
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.accounts import ACCOUNTS, Deposited
from tests.integration.platform.bank import MODEL, Command, Deposit, FillVault, Open, QuoteRate, Transfer
from tests.integration.platform.teller import Teller, asked


async def test_account_is_opened_once_when_two_processes_open_it_at_once(
    teller: Teller, other: Handler
) -> None:
    for _ in range(25):
        account = new_id()
        outcomes = await asyncio.gather(
            *(handler.handle([asked(Open(account, "both"))]) for handler in (teller.handler, other))
        )
        events = [len(outcome.events) for [outcome] in outcomes if isinstance(outcome, Decided)]
        assert sorted(events) == [0, 1]
        assert [event.version for event in await teller.history(account)] == [1]


async def test_nothing_is_lost_when_many_processes_write_one_row(teller: Teller, engine: AsyncEngine) -> None:
    account = await teller.account("one-row")
    handlers = [Handler(engine, MODEL) for _ in range(6)]
    await asyncio.gather(*(handler.handle([asked(Deposit(account, 1))]) for handler in handlers * 10))
    assert await teller.balance(account) == 60
    assert [event.version for event in await teller.history(account)] == list(range(1, 62))
    assert await teller.cash("one-row") == 60


async def test_nobody_waits_in_a_circle_when_batches_cross(
    make_database: MakeDatabase, template: str
) -> None:
    """Hot for one and a half seconds: four processes, six accounts in three branches, every batch in a random order."""
    database: FreshDatabase = make_database("order", template)
    engine = open_engine(database.runtime_url, application="tests", pool_size=6)
    teller = Teller(Handler(engine, MODEL), engine)
    branches = ["b0", "b1", "b2"]
    accounts = [await teller.account(branch) for branch in branches * 2]
    chance = random.Random(7)
    unborn = [new_id() for _ in range(200)]
    until = monotonic() + 1.5

    def anything() -> Command:
        one, other = chance.sample(accounts, 2)
        return chance.choice(
            [
                Transfer(one, other, 1),
                Transfer(other, one, 1),
                Deposit(one, 0),
                FillVault(chance.choice(branches), 1),
                QuoteRate(chance.choice("XYZ"), chance.randrange(1000), 1),
                Open(chance.choice(unborn), chance.choice(branches)),
            ]
        )

    async def work(handler: Handler) -> int:
        done = 0
        while monotonic() < until:
            batch = [asked(anything(), heard=new_id()) for _ in range(chance.randrange(1, 9))]
            outcomes = await handler.handle(batch)
            assert all(isinstance(outcome, Decided) for outcome in outcomes)
            done += len(outcomes)
        return done

    done = await asyncio.gather(*(work(Handler(engine, MODEL)) for _ in range(4)))
    assert min(done) > 0
    assert (
        await teller.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0
    )
    assert await teller.value("SELECT sum(balance) FROM accounts") == 0
    await engine.dispose()


@pytest.mark.parametrize("what", ["claims", "keys", "rows"])
async def test_nobody_waits_in_a_circle_when_two_processes_want_the_same_new_things_in_opposite_orders(
    teller: Teller, other: Handler, what: str
) -> None:
    """What does not exist yet cannot be locked, only inserted, and that waits as well."""
    for _ in range(8):
        batch = [
            asked(
                Open(new_id(), "new"),
                heard=new_id() if what == "claims" else None,
                key=IdempotencyKey("c-1", str(new_id()), "body") if what == "keys" else None,
            )
            for _ in range(30)
        ]
        outcomes = await asyncio.gather(teller.handler.handle(batch), other.handle(batch[::-1]))
        opened = [isinstance(outcome, Decided) and len(outcome.events) == 1 for outcome in chain(*outcomes)]
        assert sum(opened) == 30


async def test_placeholder_does_not_exist_when_its_command_came_to_nothing(teller: Teller) -> None:
    account = new_id()
    model = Model(steps=MODEL.steps, decide=lambda command, context, rows: Decision(refusal="no"))
    await Handler(teller.engine, model).handle([asked(Open(account, "nowhere"))])
    assert await teller.balance(account) is None
    assert await teller.value("SELECT version FROM accounts WHERE id = :id", id=account) == 0
    [outcome] = await teller.ask(Open(account, "nowhere"))
    assert isinstance(outcome, Decided)
    assert len(outcome.events) == 1


async def test_command_fails_alone_when_it_changes_a_row_that_it_does_not_hold(teller: Teller) -> None:
    """Otherwise its events would be stored and the row be left behind, or another's change be overwritten."""
    account, fine = new_id(), await teller.account("held")
    careless = Model[Deposit](
        steps=[Step(ACCOUNTS, lambda command, rows: [Touch(str(command.account), Access.LOCK)])],
        decide=lambda command, context, rows: Decision(
            [Change(ACCOUNTS, str(command.account), Deposited("held", command.amount))]
        ),
    )
    outcomes = await Handler(teller.engine, careless).handle(
        [asked(Deposit(account, 1)), asked(Deposit(fine, 1))]
    )
    assert isinstance(outcomes[0], Failed)
    assert isinstance(outcomes[0].error, RowNotHeld)
    assert isinstance(outcomes[1], Decided)
    assert await teller.history(account) == []


async def test_row_only_read_is_not_locked_when_others_hold_it(teller: Teller, engine: AsyncEngine) -> None:
    account = await teller.account("read", 5)
    reading = Model[Deposit](
        steps=[Step(ACCOUNTS, lambda command, rows: [Touch(str(command.account), Access.READ)])],
        decide=lambda command, context, rows: Decision(refusal="only looking"),
    )
    async with engine.begin() as holding:
        await holding.exec_driver_sql("SELECT 1 FROM accounts FOR UPDATE")
        async with asyncio.timeout(5):
            [outcome] = await Handler(engine, reading).handle([asked(Deposit(account, 1))])
    assert isinstance(outcome, Decided)
    assert outcome.rows.state(ACCOUNTS, str(account)).balance == 5
