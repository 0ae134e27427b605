"""The hot path: a batch of inputs becomes committed events, in one transaction, in one order of locks.

    1. claims of events and idempotency keys          4. state rows, projections, answers
    2. placeholders for rows that may not exist yet   5. append, COMMIT
    3. row locks, table by table, sorted; decisions

Nothing after the append may wait for anything: it holds the lock that makes position order commit order.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database import idempotency_keys, row_store
from shared.database.faults import CommitUnknown, DatabaseFault, DataFault, Unavailable, translated
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Access, Model
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Rows, Table
from shared.eventsourcing.store import EventStore
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.messaging import inbox
from shared.observability import metrics
from shared.runtime.deciding import Decider
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


class Observer(Protocol):
    """Is told of every commit: the relay and other workers of this process wake up by it."""

    def __call__(self, events: Sequence[Recorded], /) -> None: ...


@dataclass
class _Batch:
    """What one run over a batch has come to so far; thrown away whole when the run is repeated."""

    rows: Rows = field(default_factory=Rows)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    events: list[Recorded] = field(default_factory=list)
    touched: dict[tuple[str, str], Access] = field(default_factory=dict)
    changed: Rows = field(default_factory=Rows)
    keys: dict[tuple[str, str], IdempotencyKey] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[IdempotencyKey, StoredAnswer]] = field(default_factory=dict)
    failed_events: list[UUID] = field(default_factory=list)


class Handler:
    """Handles batches of submissions for one service.

    `project` keeps SQL tables that are derived from events; it runs before the append, so positions are still 0.
    `guard` returns the submissions that must be prepared again, e.g. because a key that sealed a field is gone; what
    it locks stays locked until COMMIT.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        model: Model[Any],
        *,
        project: Project | None = None,
        guard: Guard | None = None,
    ) -> None:
        codec = Codec(model.aggregates)
        self._engine = engine
        self._steps = model.steps
        self._decider = Decider(model, codec)
        self._project = project
        self._guard = guard
        self.store = EventStore(codec)
        self.observers: list[Observer] = []

    async def handle(self, batch: Sequence[Submission]) -> list[Outcome]:
        """One outcome per submission, in their order; what is neither Failed nor Outdated is committed.

        Raises Unavailable when the environment is at fault: nothing was committed, and the same batch may be run
        again. Raises CommitUnknown when the answer to COMMIT was lost and could not be looked up either.
        """
        attempt = _Batch()
        try:
            with translated():
                await self._run(batch, attempt)
        except CommitUnknown:
            if not await self._committed(attempt):
                raise Unavailable("the connection was lost before COMMIT took effect") from None
        except DataFault as fault:
            # A twin of this command id in the store means that an earlier run of this very batch has committed.
            if not (fault.is_unique_violation and await self._committed(attempt)):
                return await self._one_by_one(batch, fault)
        for observer in self.observers:
            observer(attempt.events)
        return [attempt.outcomes[index] for index in range(len(batch))]

    async def _one_by_one(self, batch: Sequence[Submission], fault: DataFault) -> list[Outcome]:
        if len(batch) == 1:
            return [Failed(fault)]
        return [outcome for submission in batch for outcome in await self.handle([submission])]

    async def _committed(self, attempt: _Batch) -> bool:
        command_ids = {event.command_id for event in attempt.events}
        if not command_ids:
            return False
        try:
            with translated():
                async with self._engine.connect() as connection:
                    return command_ids <= await self.store.committed(connection, list(command_ids))
        except DatabaseFault as fault:
            raise CommitUnknown(str(fault)) from fault

    async def _run(self, batch: Sequence[Submission], attempt: _Batch) -> None:
        async with self._engine.connect() as connection:
            pending = await self._claim(connection, batch, attempt)
            pending = await self._pass_guard(connection, pending, attempt)
            pending = await self._load(connection, pending, attempt)
            for index, submission in pending:
                self._decide(index, submission, attempt)
            await self._take_back(connection, attempt)
            await self._write(connection, attempt)
            appending = perf_counter()
            if attempt.events:
                await self.store.append(connection, attempt.events)
            await _commit(connection)
            metrics.APPEND_LOCK_HOLD.observe(perf_counter() - appending)

    async def _claim(
        self, connection: AsyncConnection, batch: Sequence[Submission], attempt: _Batch
    ) -> list[tuple[int, Submission]]:
        """Claims what the batch hears and answers; what remains is to be decided."""
        heard = {submission.heard for submission in batch if submission.heard is not None}
        claimed = await inbox.claim(connection, heard) if heard else set[UUID]()
        keys = {_identity(s.key): s.key for s in reversed(batch) if s.key is not None}
        remembered = (
            await idempotency_keys.claim(connection, keys.values(), batch[0].context.now) if keys else {}
        )
        pending: list[tuple[int, Submission]] = []
        for index, submission in enumerate(batch):
            if submission.heard is not None and submission.heard not in claimed and not submission.replayed:
                attempt.outcomes[index] = Repeated()
                continue
            if submission.heard is not None:
                claimed.discard(submission.heard)  # its copy further down in the same batch is a repeat
            if submission.key is not None:
                known = remembered.get(_identity(submission.key))
                if known is not None:
                    same = known.fingerprint == submission.key.fingerprint
                    attempt.outcomes[index] = Repeated(known.answer) if same else KeyReused()
                    continue
                attempt.keys.setdefault(_identity(submission.key), submission.key)
            pending.append((index, submission))
        return pending

    async def _pass_guard(
        self, connection: AsyncConnection, pending: list[tuple[int, Submission]], attempt: _Batch
    ) -> list[tuple[int, Submission]]:
        if self._guard is None or not pending:
            return pending
        outdated = {id(s) for s in await self._guard(connection, [submission for _, submission in pending])}
        attempt.outcomes |= {index: Outdated() for index, submission in pending if id(submission) in outdated}
        return [(index, submission) for index, submission in pending if id(submission) not in outdated]

    async def _load(
        self, connection: AsyncConnection, pending: Sequence[tuple[int, Submission]], attempt: _Batch
    ) -> list[tuple[int, Submission]]:
        """Locks and loads the rows of every step; commands that cannot even say what they touch are set aside."""
        remaining = list(pending)
        for step in self._steps:
            wanted: dict[str, Access] = {}
            for index, submission in list(remaining):
                if submission.command is None:
                    continue
                try:
                    touches = list(step.touches(submission.command, attempt.rows))
                except Exception as error:  # noqa: BLE001 - one input's bug must not take its neighbours with it
                    self._fail(index, submission, error, attempt)
                    remaining.remove((index, submission))
                    continue
                for touch in touches:
                    wanted[touch.row_id] = _stronger(wanted.get(touch.row_id), touch.access)
            await self._load_table(connection, step.table, wanted, attempt)
        return remaining

    async def _load_table(
        self, connection: AsyncConnection, table: Table[Any], wanted: dict[str, Access], attempt: _Batch
    ) -> None:
        created = [row_id for row_id, access in wanted.items() if access is Access.CREATE]
        locked = [row_id for row_id, access in wanted.items() if access in (Access.CREATE, Access.LOCK)]
        read = [row_id for row_id, access in wanted.items() if access is Access.READ]
        found: dict[str, Row[Any]] = {}
        if created:
            await row_store.insert_placeholders(connection, table, created)
        if locked:
            found |= await row_store.lock_rows(connection, table, locked)
        if read:
            found |= await row_store.read_rows(connection, table, read)
        nothing: Row[Any] = Row(0, table.initial)
        for row_id, access in wanted.items():
            attempt.touched[table.name, row_id] = access
            attempt.rows.put(table, row_id, found.get(row_id, nothing))

    def _decide(self, index: int, submission: Submission, attempt: _Batch) -> None:
        twin = attempt.answers.get(_identity(submission.key)) if submission.key is not None else None
        if twin is not None and submission.key is not None:
            first, answer = twin
            same = first.fingerprint == submission.key.fingerprint
            attempt.outcomes[index] = Repeated(answer) if same else KeyReused()
            return
        if submission.command is None:
            attempt.outcomes[index] = Decided(None, (), attempt.rows)
            return
        expects = submission.expects
        if expects is not None:
            version = attempt.rows.row(expects.table, expects.row_id).version
            if version > 0 and not expects.accepts(version):
                attempt.outcomes[index] = Stale(version)
                return
        try:
            decision, events, layer = self._decider.decide(
                submission.command, submission.context, attempt.rows
            )
            decided = Decided(decision.refusal, events, layer)
            if submission.answer is not None:
                decided = replace(decided, answer=submission.answer(decided))
        except Exception as error:  # noqa: BLE001 - caught alone, before any write; its neighbours commit
            self._fail(index, submission, error, attempt)
            return
        attempt.rows.absorb(layer)
        attempt.changed.absorb(layer)
        attempt.events += events
        attempt.outcomes[index] = decided
        if submission.key is not None and decided.answer is not None:
            attempt.answers[_identity(submission.key)] = submission.key, decided.answer

    def _fail(self, index: int, submission: Submission, error: Exception, attempt: _Batch) -> None:
        attempt.outcomes[index] = Failed(error)
        if submission.heard is not None:
            attempt.failed_events.append(submission.heard)

    async def _take_back(self, connection: AsyncConnection, attempt: _Batch) -> None:
        """Claims of what came to nothing are not kept: it may be tried again."""
        if attempt.failed_events:
            await inbox.unclaim(connection, attempt.failed_events)
        unanswered = [key for identity, key in attempt.keys.items() if identity not in attempt.answers]
        if unanswered:
            await idempotency_keys.forget(connection, unanswered)

    async def _write(self, connection: AsyncConnection, attempt: _Batch) -> None:
        for step in self._steps:
            changed = {
                row_id: row for (name, row_id), row in attempt.changed.items() if name == step.table.name
            }
            fresh = {
                i: row for i, row in changed.items() if attempt.touched[step.table.name, i] is Access.FRESH
            }
            known = {i: row for i, row in changed.items() if i not in fresh}
            if known:
                await row_store.write_rows(connection, step.table, known, fresh=False)
            if fresh:
                await row_store.write_rows(connection, step.table, fresh, fresh=True)
        if self._project is not None and attempt.events:
            await self._project(connection, attempt.events)
        if attempt.answers:
            await idempotency_keys.remember(connection, dict(attempt.answers.values()))


def _identity(key: IdempotencyKey) -> tuple[str, str]:
    return key.subject, key.key


_STRENGTH = {Access.READ: 0, Access.LOCK: 1, Access.CREATE: 2, Access.FRESH: 3}


def _stronger(one: Access | None, other: Access) -> Access:
    return other if one is None or _STRENGTH[other] > _STRENGTH[one] else one


async def _commit(connection: AsyncConnection) -> None:
    try:
        with translated():
            await connection.commit()
    except Unavailable as lost:
        raise CommitUnknown(str(lost)) from lost
