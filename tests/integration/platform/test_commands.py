"""Group commit: what arrives while a batch commits becomes the next batch; everybody gets its own answer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.engine import open_engine
from shared.database.faults import Unavailable
from shared.runtime.commands import MAX_BATCH, Commands
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Failed, Outcome, Submission
from tests.integration.platform.bank import MODEL, Deposit, Mishap
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until


class CountingHandler(Handler):
    """Notes the sizes of batches."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine, MODEL)
        self.batches: list[int] = []

    async def handle(self, batch: Sequence[Submission]) -> list[Outcome]:
        self.batches.append(len(batch))
        return await super().handle(batch)


@asynccontextmanager
async def committing(handler: Handler) -> AsyncGenerator[Commands]:
    commands, stop = Commands(handler), asyncio.Event()
    running = asyncio.create_task(commands.run(stop))
    yield commands
    stop.set()
    async with asyncio.timeout(10):
        await running


async def test_commands_are_committed_in_batches_when_they_come_faster_than_commits(teller: Teller) -> None:
    account = await teller.account("load")
    handler = CountingHandler(teller.engine)
    async with committing(handler) as commands:
        outcomes = await asyncio.gather(*(commands.submit(asked(Deposit(account, n))) for n in range(500)))
    amounts = [outcome.events[0].event.amount for outcome in outcomes if isinstance(outcome, Decided)]
    assert amounts == list(range(500))
    assert await teller.balance(account) == sum(range(500))
    assert max(handler.batches) == MAX_BATCH
    assert len(handler.batches) <= 5


async def test_one_command_is_a_batch_of_its_own_when_nothing_else_comes(teller: Teller) -> None:
    account = await teller.account("quiet")
    handler = CountingHandler(teller.engine)
    async with committing(handler) as commands:
        for _ in range(3):
            await commands.submit(asked(Deposit(account, 1)))
    assert handler.batches == [1, 1, 1]


async def test_others_are_answered_when_one_command_fails(teller: Teller) -> None:
    account = await teller.account("one-fails")
    async with committing(teller.handler) as commands:
        good, bad = await asyncio.gather(
            commands.submit(asked(Deposit(account, 1))), commands.submit(asked(Mishap("boom")))
        )
    assert isinstance(good, Decided)
    assert isinstance(bad, Failed)


async def test_everything_submitted_is_answered_when_told_to_stop(teller: Teller) -> None:
    account = await teller.account("stop")
    async with committing(teller.handler) as commands:
        submitted = [asyncio.create_task(commands.submit(asked(Deposit(account, 1)))) for _ in range(450)]
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*submitted)
    assert all(isinstance(outcome, Decided) for outcome in outcomes)
    assert await teller.balance(account) == 450


async def test_command_is_committed_when_its_client_hangs_up(teller: Teller) -> None:
    account = await teller.account("hangs-up")
    async with committing(teller.handler) as commands:
        client = asyncio.create_task(commands.submit(asked(Deposit(account, 5))))
        await asyncio.sleep(0)
        client.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client
        await until(lambda: teller.balance(account))
    assert await teller.balance(account) == 5


async def test_clients_are_told_and_later_ones_served_when_the_database_was_away(teller: Teller) -> None:
    account = await teller.account("away")
    nowhere = open_engine("postgresql://nobody:x@127.0.0.1:1/nothing", application="tests")
    handler = CountingHandler(nowhere)
    async with committing(handler) as commands:
        with pytest.raises(Unavailable):
            await commands.submit(asked(Deposit(account, 5)))
        assert handler.batches == [1, 1, 1]
        handler.engine = teller.engine
        assert isinstance(await commands.submit(asked(Deposit(account, 6))), Decided)
    assert await teller.balance(account) == 6


async def test_client_notices_nothing_when_a_second_run_succeeds(teller: Teller) -> None:
    """Every pooled session is terminated: the first run fails, the next one opens a new session."""
    account = await teller.account("second-run")
    async with committing(teller.handler) as commands:
        await commands.submit(asked(Deposit(account, 5)))
        async with teller.engine.connect() as killer:
            await killer.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = 'tests' AND pid <> pg_backend_pid()"
                )
            )
            await commands.submit(asked(Deposit(account, 6)))
    assert await teller.balance(account) == 11
