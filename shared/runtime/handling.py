"""The hot path: a batch of inputs becomes committed events, in one transaction, in one order of locks.

    1. dead letters, then claims of events and keys   4. state rows, projections, answers
    2. placeholders for rows that may not exist yet   5. append, COMMIT
    3. row locks, table by table, sorted; decisions

Nothing after the append may wait for anything: it holds the lock that makes position order commit order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.crash_points import CrashPoint, reached
from shared.database import idempotency_keys, row_store
from shared.database.faults import (
    CommitUnknown,
    DatabaseFault,
    DataFault,
    LockedByAnother,
    Unavailable,
    commit,
    translated,
)
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Model
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Rows
from shared.eventsourcing.store import EventStore
from shared.observability import metrics
from shared.runtime.attempt import Attempt, Pending, RowIdentity
from shared.runtime.claiming import claim, close_decided_letters, take_back
from shared.runtime.deciding import Decider
from shared.runtime.loading import load
from shared.runtime.submissions import (
    Decided,
    Failed,
    KeyReused,
    Outcome,
    Outdated,
    Repeated,
    Stale,
    Submission,
)

Project = Callable[[AsyncConnection, Sequence[Recorded]], Awaitable[None]]
Guard = Callable[[AsyncConnection, Sequence[Submission]], Awaitable[Collection[Submission]]]

# A server that was restarted answers again within a second or two; nobody should wait for it much longer.
_LOOK_UP_WITHIN = timedelta(seconds=2)
_LOOK_UP_AGAIN_AFTER = (timedelta(milliseconds=100), timedelta(milliseconds=400), timedelta(seconds=1.5))


class RowNotHeld(Exception):
    """A decision changed a row that its command had neither locked nor created: a bug of the service."""


class Observer(Protocol):
    """Is told of every commit that has events: the relay and other workers of this process wake up by it."""

    def __call__(self, events: Sequence[Recorded], /) -> None: ...


class RowObserver(Protocol):
    """Is told of the rows that a commit with events has changed, as it left them."""

    def __call__(self, changed: Rows, /) -> None: ...


class Handler:
    """Handles batches of submissions for one service.

    `project` keeps SQL tables that are derived from events; it runs before the append, so positions are still 0.
    `guard` returns the submissions that must be prepared again, e.g. because a key that sealed a field is gone; what
    it locks stays locked until COMMIT. `sleep` is the pause, in seconds, between two looks for a lost COMMIT.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        model: Model[Any],
        *,
        project: Project | None = None,
        guard: Guard | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        codec = Codec(model.aggregates)
        self.engine = engine
        self._steps = model.steps
        self.tables = {step.table.name: step.table for step in model.steps}
        self._decider = Decider(model, codec)
        self._project = project
        self._guard = guard
        self._sleep = sleep
        self.store = EventStore(codec)
        self.observers: list[Observer] = []
        self.row_observers: list[RowObserver] = []
        # Found locked by somebody who does not let go; forgotten once they are found free.
        self._stuck: set[RowIdentity] = set()

    async def handle(self, batch: Sequence[Submission]) -> list[Outcome]:
        """One outcome per submission, in their order; what is neither Failed nor Outdated is committed.

        What needs a row or a claim that somebody else does not let go of is Failed with LockedByAnother, alone.
        Raises Unavailable when the environment is at fault: nothing was committed, and the same batch may be run
        again. Raises CommitUnknown when the answer to COMMIT was lost and could not be looked up either.
        """
        return await self._handle(batch, frozenset(self._stuck))

    async def _handle(self, batch: Sequence[Submission], doubtful: frozenset[RowIdentity]) -> list[Outcome]:
        attempt = Attempt(doubtful=set(doubtful))
        try:
            with translated():
                await self._run(batch, attempt)
        except CommitUnknown:
            if not await self._took_effect(attempt):
                raise Unavailable("the connection was lost before COMMIT took effect") from None
        except LockedByAnother as error:
            if len(batch) == 1:
                self._stuck |= attempt.doubtful
                return [Failed(error)]
            # A row was waited for in vain: the same batch again, around it. A claim cannot be looked at beforehand.
            if attempt.doubtful <= doubtful:
                return await self._one_by_one(batch)
            return await self._handle(batch, doubtful | attempt.doubtful)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - met while writing: told apart one by one, each with its own end
            if len(batch) > 1:
                return await self._one_by_one(batch)
            return [await self.end_of_one(error, attempt)]
        self._stuck -= doubtful - attempt.doubtful
        self._stuck |= attempt.stuck
        if attempt.events:
            reached(CrashPoint.COMMITTED)
            for observer in self.observers:
                observer(attempt.events)
            for row_observer in self.row_observers:
                row_observer(attempt.changed)
        return [attempt.outcomes[index] for index in range(len(batch))]

    async def end_of_one(self, error: Exception, attempt: Attempt) -> Outcome:
        """What it means that writing a batch of one has raised this; nothing of it was kept."""
        # A twin of its command id in the store means that an earlier run has committed.
        twin = isinstance(error, DataFault) and error.is_unique_violation and await self._stored(attempt)
        return Repeated() if twin else Failed(error)

    async def _one_by_one(self, batch: Sequence[Submission]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            for submission in batch:
                outcomes += await self.handle([submission])
        except DatabaseFault as fault:
            # Those before are committed, so the batch as a whole must not seem to be untouched.
            outcomes += [Failed(fault)] * (len(batch) - len(outcomes))
        return outcomes

    async def _took_effect(self, attempt: Attempt) -> bool:
        began, pauses = perf_counter(), iter(_LOOK_UP_AGAIN_AFTER)
        while True:
            try:
                # Of its commands there may be a twin's events, with other ids: that batch held nothing else of this one.
                stored = await self._stored(attempt)
                return bool(stored) and stored.issuperset(event.id for event in attempt.events)
            except DatabaseFault as fault:
                pause = next(pauses, None)
                if pause is None or perf_counter() - began >= _LOOK_UP_WITHIN.total_seconds():
                    raise CommitUnknown(str(fault)) from fault
                await self._sleep(pause.total_seconds())

    async def _stored(self, attempt: Attempt) -> set[UUID]:
        """The ids of what the store holds of the attempt's commands, whoever has stored it."""
        command_ids = {event.command_id for event in attempt.events}
        if not command_ids:
            return set()
        with translated():
            async with self.engine.connect() as connection:
                await self.store.wait_for_appends(connection)
                return await self.store.of_commands(connection, command_ids)

    async def _run(self, batch: Sequence[Submission], attempt: Attempt) -> None:
        async with self.engine.connect() as connection:
            pending = await self.gather(connection, batch, attempt)
            await self.carry_out(connection, batch, pending, attempt)
            if attempt.events:
                reached(CrashPoint.MID_BATCH)
                appending = perf_counter()
                await self.append(connection, attempt)
                await commit(connection)
                metrics.APPEND_LOCK_HOLD.observe(perf_counter() - appending)
            else:
                await commit(connection)

    async def gather(
        self, connection: AsyncConnection, batch: Sequence[Submission], attempt: Attempt
    ) -> Pending:
        """Claims, locks and loads; returns what is to be decided."""
        pending = await claim(connection, batch, attempt)
        pending = await self._pass_guard(connection, pending, attempt)
        return await load(connection, self._steps, pending, attempt)

    async def carry_out(
        self, connection: AsyncConnection, batch: Sequence[Submission], pending: Pending, attempt: Attempt
    ) -> None:
        """Decides, and writes everything but the events; the caller appends those, last before COMMIT."""
        for index, submission in pending:
            self._decide(index, submission, attempt)
        await take_back(connection, attempt)
        await self._write(connection, attempt)
        if attempt.letters:
            await close_decided_letters(connection, batch, attempt)

    async def append(self, connection: AsyncConnection, attempt: Attempt) -> None:
        """The last statement before COMMIT. Raises Unavailable when others hold its lock for too long."""
        try:
            with translated():
                await self.store.append(connection, attempt.events)
        except LockedByAnother as busy:  # no input's own: every batch needs the lock that was waited for here
            raise Unavailable(str(busy)) from busy

    async def _pass_guard(self, connection: AsyncConnection, pending: Pending, attempt: Attempt) -> Pending:
        if self._guard is None or not pending:
            return pending
        outdated = {id(s) for s in await self._guard(connection, [submission for _, submission in pending])}
        attempt.outcomes |= {index: Outdated() for index, submission in pending if id(submission) in outdated}
        return [(index, submission) for index, submission in pending if id(submission) not in outdated]

    def _decide(self, index: int, submission: Submission, attempt: Attempt) -> None:
        twin = attempt.answers.get(submission.key.identity) if submission.key is not None else None
        if twin is not None and submission.key is not None:
            first, answer = twin
            same = first.fingerprint == submission.key.fingerprint
            attempt.outcomes[index] = Repeated(answer) if same else KeyReused()
            return
        if submission.command is None:
            attempt.outcomes[index] = Decided(None, (), attempt.rows)
            return
        try:
            self._decide_command(index, submission, attempt)
        except Exception as error:  # noqa: BLE001 - caught alone, before any write; its neighbours commit
            attempt.fail(index, submission, error)

    def _decide_command(self, index: int, submission: Submission, attempt: Attempt) -> None:
        expects = submission.expects
        if expects is not None:
            version = attempt.rows.row(expects.table, expects.row_id).version
            if version > 0 and not expects.accepts(version):
                attempt.outcomes[index] = Stale(version)
                return
        decision, events, layer = self._decider.decide(submission.command, submission.context, attempt.rows)
        for identity, _ in layer.items():
            if identity not in attempt.held:
                raise RowNotHeld(" ".join(identity))
        decided = Decided(decision.refusal, events, layer)
        if submission.answer is not None:
            decided = replace(decided, answer=submission.answer(decided))
        attempt.rows.absorb(layer)
        attempt.changed.absorb(layer)
        attempt.events += events
        attempt.outcomes[index] = decided
        if submission.key is not None and decided.answer is not None:
            attempt.answers[submission.key.identity] = submission.key, decided.answer

    async def _write(self, connection: AsyncConnection, attempt: Attempt) -> None:
        known: dict[str, dict[str, Row[Any]]] = {}
        fresh: dict[str, dict[str, Row[Any]]] = {}
        for (table, row_id), row in attempt.changed.items():
            rows = fresh if (table, row_id) in attempt.fresh else known
            rows.setdefault(table, {})[row_id] = row
        for step in self._steps:
            if step.table.name in known:
                await row_store.write_rows(connection, step.table, known[step.table.name], fresh=False)
            if step.table.name in fresh:
                await row_store.write_rows(connection, step.table, fresh[step.table.name], fresh=True)
        if self._project is not None and attempt.events:
            await self._project(connection, attempt.events)
        if attempt.answers:
            await idempotency_keys.remember(connection, dict(attempt.answers.values()))
