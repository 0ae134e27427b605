"""Group commit, without a database: who waits for what, and what becomes of them when it breaks."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from shared.database.faults import CommitUnknown, Unavailable
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.http.problems import Problem
from shared.runtime.commands import MAX_WAITING, Commands
from shared.runtime.handling import Handler
from shared.runtime.submissions import Outcome, Repeated, Submission


def submission() -> Submission:
    cause = new_id()
    return Submission("command", Context(cause, cause, cause, Actor("a", "staff"), datetime.now(UTC)))


class FakeHandler:
    """Answers one batch after the other with what it was given: an error to raise, or nothing in particular."""

    def __init__(self, *errors: BaseException | None) -> None:
        self._errors = list(errors)
        self.batches: list[int] = []
        self.begun = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def handle(self, batch: Sequence[Submission]) -> list[Outcome]:
        self.batches.append(len(batch))
        self.begun.set()
        await self.may_go_on.wait()
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        return [Repeated() for _ in batch]


def commands_of(handler: FakeHandler) -> Commands:
    return Commands(cast(Handler, handler))


async def test_batch_runs_again_when_the_environment_failed_twice() -> None:
    handler, stop = FakeHandler(Unavailable("away"), Unavailable("away")), asyncio.Event()
    commands = commands_of(handler)
    running = asyncio.create_task(commands.run(stop))
    assert await commands.submit(submission()) == Repeated()
    assert handler.batches == [1, 1, 1]
    stop.set()
    await running


@pytest.mark.parametrize(
    ("errors", "runs"),
    [([Unavailable("away")] * 3, 3), ([CommitUnknown("lost")], 1)],
    ids=["away", "unknown"],
)
async def test_client_is_told_when_the_environment_keeps_failing_or_the_outcome_is_unknown(
    errors: list[Exception], runs: int
) -> None:
    """What may have been committed is not run again behind the client's back."""
    handler, stop = FakeHandler(*errors), asyncio.Event()
    commands = commands_of(handler)
    running = asyncio.create_task(commands.run(stop))
    with pytest.raises(type(errors[0])):
        await commands.submit(submission())
    assert handler.batches == [1] * runs
    assert await commands.submit(submission()) == Repeated()
    stop.set()
    await running


async def test_nobody_waits_for_ever_when_a_bug_ends_the_committing() -> None:
    handler, stop = FakeHandler(ZeroDivisionError()), asyncio.Event()
    commands = commands_of(handler)
    handler.may_go_on.clear()
    running = asyncio.create_task(commands.run(stop))
    in_batch = asyncio.create_task(commands.submit(submission()))
    await handler.begun.wait()
    behind = asyncio.create_task(commands.submit(submission()))
    await asyncio.sleep(0)
    handler.may_go_on.set()
    with pytest.raises(ZeroDivisionError):
        await running
    async with asyncio.timeout(1):
        for waiting in (in_batch, behind):
            with pytest.raises((ZeroDivisionError, Unavailable)):
                await waiting
        with pytest.raises(Unavailable):
            await commands.submit(submission())


async def test_what_arrives_meanwhile_is_the_next_batch_when_one_is_being_committed() -> None:
    handler, stop = FakeHandler(), asyncio.Event()
    commands = commands_of(handler)
    handler.may_go_on.clear()
    running = asyncio.create_task(commands.run(stop))
    first = asyncio.create_task(commands.submit(submission()))
    await handler.begun.wait()
    others = [asyncio.create_task(commands.submit(submission())) for _ in range(5)]
    await asyncio.sleep(0)
    handler.may_go_on.set()
    await asyncio.gather(first, *others)
    assert handler.batches == [1, 5]
    stop.set()
    await running


async def test_client_is_turned_away_when_more_wait_than_can_be_answered_soon() -> None:
    """Whoever waits already is answered; whoever comes later may come again."""
    handler, stop = FakeHandler(), asyncio.Event()
    commands = commands_of(handler)
    handler.may_go_on.clear()
    running = asyncio.create_task(commands.run(stop))
    first = asyncio.create_task(commands.submit(submission()))
    await handler.begun.wait()
    waiting = [asyncio.create_task(commands.submit(submission())) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as refused:
        await commands.submit(submission())
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
    handler.may_go_on.set()
    assert await asyncio.gather(first, *waiting) == [Repeated()] * (MAX_WAITING + 1)
    assert await commands.submit(submission()) == Repeated()
    stop.set()
    await running
