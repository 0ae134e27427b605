"""The database's machine is gone, or the network: nothing is refused, nothing is answered, and TCP itself would wait.

A client is told within ten seconds, whatever its request was waiting for.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import CommitUnknown, DatabaseFault
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.service import COMMIT_STATEMENT_TIMEOUT
from shared.runtime.submissions import Decided, Submission
from tests.integration.platform.bank import MODEL, Deposit
from tests.integration.platform.proxy import Proxy, proxied
from tests.integration.platform.teller import Teller, asked

TOLD_WITHIN = 10


@asynccontextmanager
async def far_away(database: FreshDatabase) -> AsyncGenerator[tuple[Commands, Proxy]]:
    """Commands as a service commits them, over a cable, with several connections that were used before."""
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(
            proxy.url, application="silence", pool_size=8, statement_timeout=COMMIT_STATEMENT_TIMEOUT
        )
        connections = [await engine.connect() for _ in range(4)]
        for connection in connections:
            await connection.close()
        commands, stop = Commands(Handler(engine, MODEL)), asyncio.Event()
        running = asyncio.create_task(commands.run(stop))
        yield commands, proxy
        stop.set()
        await running
        proxy.cut(for_good=True)
        await engine.dispose()


async def told_after(commands: Commands, submission: Submission) -> float:
    """How long it takes until the client is told that it cannot be done just now."""
    began = monotonic()
    try:
        outcome = await commands.submit(submission)
    except DatabaseFault:
        return monotonic() - began
    raise AssertionError(outcome)


async def test_clients_are_told_in_time_when_the_database_falls_silent(
    teller: Teller, database: FreshDatabase
) -> None:
    """The first, those who wait behind it, and whoever comes later."""
    account = await teller.account("silence")
    async with far_away(database) as (commands, proxy):
        assert isinstance(await commands.submit(asked(Deposit(account, 1))), Decided)
        proxy.fall_silent()
        first = asyncio.create_task(told_after(commands, asked(Deposit(account, 2))))
        await asyncio.sleep(0)  # its batch has begun
        behind = [asyncio.create_task(told_after(commands, asked(Deposit(account, 2)))) for _ in range(3)]
        assert max(await asyncio.gather(first, *behind)) < TOLD_WITHIN
        assert await told_after(commands, asked(Deposit(account, 2))) < TOLD_WITHIN
        proxy.speak_again()
        assert isinstance(await commands.submit(asked(Deposit(account, 3))), Decided)
    assert await teller.balance(account) == 4


async def test_client_is_told_in_time_that_nothing_is_known_when_the_silence_begins_at_commit(
    teller: Teller, database: FreshDatabase
) -> None:
    account = await teller.account("silent-commit")
    async with far_away(database) as (commands, proxy):
        proxy.silent_at_commit = True
        began = monotonic()
        with pytest.raises(CommitUnknown):
            await commands.submit(asked(Deposit(account, 2)))
        assert monotonic() - began < TOLD_WITHIN
        proxy.silent_at_commit = False
        proxy.speak_again()
        assert isinstance(await commands.submit(asked(Deposit(account, 3))), Decided)
    assert await teller.balance(account) == 3
