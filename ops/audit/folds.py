"""I5 and I7: every row is the fold of its stream, whose versions go from 1 without gap. One database, one moment."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Snapshot
from ops.histories import History
from shared.database.row_store import decoded_row
from shared.eventsourcing.codec import UnknownEventType
from shared.eventsourcing.rows import Aggregate, Row, Table

Watch = Callable[[int], None]

_COMPARED_AT_ONCE = 1_000

_EVENTS = "SELECT stream, version, type, data::text, time FROM events ORDER BY stream, version"
KEPT = "SELECT id::text, version, state::text, created_at, updated_at FROM {table} WHERE id = ANY($1::text[]::{id_type}[])"
_WITHOUT_EVENTS = """
SELECT r.id::text, r.version FROM {table} AS r
WHERE r.version > 0 AND NOT EXISTS (SELECT FROM events AS e WHERE e.stream = $1 || r.id::text)"""


@dataclass(slots=True)
class _Stream:
    """One stream on its way through the fold; `broken` says why it leads no further."""

    name: str
    aggregate: Aggregate[Any, Any] | None
    row_id: str
    state: Any = None
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    broken: Offender | None = None


class AggregateFold:
    """Folds every stream of a service and compares what comes out with the rows. Memory is that of a page."""

    def __init__(self, history: History, database: Snapshot, watch: Watch) -> None:
        self._history = history
        self._database = database
        self._watch = watch
        self._tables = {aggregate.prefix: aggregate for aggregate in history.aggregates}
        self._waiting: dict[str, dict[str, Row[Any]]] = {table.name: {} for table in history.aggregates}
        self.rows = 0
        self.events = 0

    async def offenders(self) -> AsyncIterator[Offender]:
        stream: _Stream | None = None
        async for page in self._database.pages(_EVENTS):
            for name, version, type_, data, time in page:
                if stream is None or stream.name != name:
                    for offender in self._end(stream):
                        yield offender
                    stream = self._begin(name)
                self._take(stream, version, type_, data, time)
            self.events += len(page)
            self._watch(len(page))
            for aggregate in self._history.aggregates:
                if len(self._waiting[aggregate.name]) >= _COMPARED_AT_ONCE:
                    async for offender in self._compare(aggregate):
                        yield offender
        for offender in self._end(stream):
            yield offender
        for aggregate in self._history.aggregates:
            async for offender in self._compare(aggregate):
                yield offender
            async for offender in self._without_events(aggregate):
                yield offender

    def _begin(self, name: str) -> _Stream:
        prefix, _, row_id = name.partition("-")
        aggregate = self._tables.get(prefix)
        if aggregate is not None and aggregate.id_type == "uuid" and not _is_uuid(row_id):
            aggregate = None
        return _Stream(name, aggregate, row_id, aggregate.initial if aggregate else None)

    def _take(self, stream: _Stream, version: int, type_: str, data: str, time: datetime) -> None:
        aggregate = stream.aggregate
        if stream.broken is not None:
            return
        if aggregate is None:
            stream.broken = self._offender(Clause.FOLDS, stream.name, "it is the stream of no table")
        elif version != stream.version + 1:
            problem = f"version {version} follows version {stream.version}"
            stream.broken = self._offender(Clause.VERSIONS, f"stream {stream.name}", problem)
        elif stream.updated_at is not None and time < stream.updated_at:
            problem = f"version {version} is of {time.isoformat()}, earlier than the one before"
            stream.broken = self._offender(Clause.VERSIONS, f"stream {stream.name}", problem)
        else:
            try:
                stream.state = aggregate.evolve(stream.state, self._history.codec.decode(type_, data))
            except (ValidationError, UnknownEventType) as error:
                problem = f"version {version} cannot be read: {_one_line(error)}"
                stream.broken = self._offender(Clause.FOLDS, f"stream {stream.name}", problem)
            else:
                stream.version, stream.updated_at = version, time
                stream.created_at = stream.created_at or time

    def _end(self, stream: _Stream | None) -> Iterator[Offender]:
        """A broken stream proves nothing about its row: it is named alone."""
        if stream is None:
            return
        if stream.broken is not None:
            yield stream.broken
        elif stream.aggregate is not None:
            row = Row(stream.version, stream.state, stream.created_at, stream.updated_at)
            self._waiting[stream.aggregate.name][stream.row_id] = row

    async def _compare(self, aggregate: Aggregate[Any, Any]) -> AsyncIterator[Offender]:
        folded = self._waiting[aggregate.name]
        self._waiting[aggregate.name] = {}
        kept = await self._database.rows(
            KEPT.format(table=aggregate.name, id_type=aggregate.id_type), list(folded)
        )
        self.rows += len(folded)
        for row_id, problem in compared(aggregate, folded, kept):
            yield self._offender(Clause.FOLDS, f"{aggregate.name} {row_id}", problem)

    async def _without_events(self, aggregate: Aggregate[Any, Any]) -> AsyncIterator[Offender]:
        query = _WITHOUT_EVENTS.format(table=aggregate.name)
        async for page in self._database.pages(query, f"{aggregate.prefix}-"):
            for row_id, version in page:
                problem = f"it is at version {version} and has no events"
                yield self._offender(Clause.FOLDS, f"{aggregate.name} {row_id}", problem)

    def _offender(self, clause: Clause, subject: str, problem: str) -> Offender:
        return Offender(clause, subject, problem, f"./eventflow rebuild {self._history.service} --check")


def compared(
    table: Table[Any], folded: dict[str, Row[Any]], kept: Sequence[Sequence[Any]]
) -> Iterator[tuple[str, str]]:
    """What differs, by row id, in words; `kept` are the columns of the rows of these ids that exist."""
    missing = set(folded)
    for row_id, version, state, created_at, updated_at in kept:
        missing.discard(row_id)
        try:
            row = decoded_row(table, version, state, created_at, updated_at)
        except ValidationError as error:
            yield row_id, f"it cannot be read: {_one_line(error)}"
            continue
        if row != folded[row_id]:
            yield row_id, "; ".join(_differences(row, folded[row_id]))
    for row_id in sorted(missing):
        yield row_id, f"it is missing; its events come to version {folded[row_id].version}"


def _differences(kept: Row[Any], folded: Row[Any]) -> Iterator[str]:
    for name in ("version", "created_at", "updated_at"):
        if getattr(kept, name) != getattr(folded, name):
            yield f"{name} is {_shown(getattr(kept, name))}, by its events {_shown(getattr(folded, name))}"
    for each in fields(folded.state):
        one, other = getattr(kept.state, each.name), getattr(folded.state, each.name)
        if one != other:
            yield f"{each.name} is {_shown(one)}, by its events {_shown(other)}"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _one_line(error: Exception) -> str:
    return _shown(" ".join(str(error).split()))
