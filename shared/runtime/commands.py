"""Group commit: commands that arrive over HTTP while a batch commits, and the rest after it lasts, become the next batch."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter

import structlog

from shared.database.faults import ENVIRONMENT_FAULTS, CommitUnknown, DatabaseFault, Unavailable
from shared.http.problems import Unavailable as Overloaded
from shared.observability import metrics
from shared.pacing import rest
from shared.runtime.handling import Handler
from shared.runtime.submissions import Failed, Outcome, Submission
from shared.stopping import woken_by

log = structlog.get_logger()

MAX_BATCH = 200
# A few seconds' work. Clients that give up and come again would make a longer queue longer still, for nothing.
MAX_WAITING = 5_000
# A deadlock or a dropped connection is usually over by the second run; a client should not wait for much more.
_RUNS = 3
_RUN_AGAIN_WITHIN = timedelta(seconds=2)
_PAUSE = timedelta(milliseconds=50)


@dataclass(eq=False)
class _Waiting:
    submission: Submission
    done: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Commands:
    """Where the API puts commands and waits until they are committed."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._ended = False

    async def submit(self, submission: Submission) -> Outcome:
        """The outcome, once it is committed.

        Raises Unavailable when the database cannot answer (nothing was committed), CommitUnknown when it went away
        during COMMIT (a retry with the same idempotency key tells), Overloaded when too many wait already.
        """
        if self._ended:
            raise Unavailable("commands are not committed any more")
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded(
                "More requests are waiting than can be answered soon. Nothing was changed; try again."
            )
        waiting = _Waiting(submission)
        self._waiting.append(waiting)
        self._arrived.set()
        # A client that hangs up does not take its command back: it may be in the middle of a commit.
        return await asyncio.shield(waiting.done)

    async def run(self, stop: asyncio.Event) -> None:
        """Commits what arrives until `stop` is set and nothing waits any more."""
        try:
            with woken_by(stop, self._arrived):
                while self._waiting or not stop.is_set():
                    if self._waiting:
                        began = perf_counter()
                        batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
                        await self._commit(batch)
                        await rest(began, len(batch), full=len(batch) == MAX_BATCH)
                    else:
                        self._arrived.clear()
                        await self._arrived.wait()
        finally:
            self._ended = True
            for waiting in self._waiting:
                _settle(waiting, Unavailable("commands are not committed any more"))

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._handle([waiting.submission for waiting in batch])
        except DatabaseFault as fault:
            log.warning("commands_not_committed", commands=len(batch), error=str(fault))
            for waiting in batch:
                _settle(waiting, fault)
            return
        except BaseException as error:
            for waiting in batch:
                _settle(
                    waiting,
                    error if isinstance(error, Exception) else CommitUnknown("cut off while committing"),
                )
            raise
        metrics.COMMIT_BATCH_SIZE.labels("http").observe(len(batch))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Failed) and isinstance(outcome.error, ENVIRONMENT_FAULTS):
                _settle(waiting, outcome.error)
            elif not waiting.done.done():
                waiting.done.set_result(outcome)

    async def _handle(self, submissions: list[Submission]) -> list[Outcome]:
        began = perf_counter()
        for _ in range(_RUNS - 1):
            try:
                return await self._handler.handle(submissions)
            except Unavailable:
                # After a silence the next run would most likely meet with silence too, and others wait behind it.
                if perf_counter() - began >= _RUN_AGAIN_WITHIN.total_seconds():
                    raise
                await asyncio.sleep(_PAUSE.total_seconds())
        return await self._handler.handle(submissions)


def _settle(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
        waiting.done.exception()  # a client that hung up never asks for it
