"""Dead letters as an operator works through them: found, grouped, discarded, and what came of replaying them."""

import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ARRAY, TIMESTAMP, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.faults import commit, translated
from shared.database.reading import Reader
from shared.messaging.letter_claims import ALREADY_PROCESSED

LetterStatus = Literal["OPEN", "REPLAYED", "DISCARDED"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One event that could not be handled, or a body that could not be read (`event_id` None).

    `error_group` is shared by letters whose errors differ only in ids, numbers and input. `replayed` is not about the
    letter: its event had come from `eventflow replay`, so the inbox does not decide. `closed_reason` is how the
    letter's own replay ended, or why it was discarded.
    """

    id: UUID
    event_id: UUID | None
    type: str | None
    status: LetterStatus
    error: str
    error_group: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    replayed: bool
    closed_by: str | None
    closed_reason: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterWithBody:
    """`body` is what came, to the byte."""

    letter: Letter
    body: bytes
    stack_trace: str


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Letters whose errors are alike; `newest` is one of them."""

    error_group: str
    error_kind: str
    count: int
    types: Sequence[str | None]
    first_failed_at: datetime
    last_failed_at: datetime
    newest: UUID


@dataclass(frozen=True, slots=True)
class LetterFilter:
    status: LetterStatus = "OPEN"
    type: str | None = None
    error_group: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A replay that came to nothing."""

    letter_id: UUID
    error: Exception


class Letters:
    """The dead letters of one queue. Everything raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine, reads: AsyncEngine, queue: str) -> None:
        self._engine = engine
        self._reader = Reader(reads)
        self._queue = queue

    async def newest(self, wanted: LetterFilter, before: UUID | None, limit: int) -> list[Letter]:
        """In descending order of their ids, which is that of their time, going on before `before`."""
        parameters = self._parameters(wanted, before=before)
        rows = await self._reader.rows(_list(frozenset(parameters)), {**parameters, "limit": limit})
        return [Letter(*row) for row in rows]

    async def oldest(self, wanted: LetterFilter, after: UUID | None, limit: int) -> list[UUID]:
        """Their ids in ascending order, as they are worked through."""
        parameters = self._parameters(wanted, after=after)
        rows = await self._reader.rows(_ids(frozenset(parameters)), {**parameters, "limit": limit})
        return [row.id for row in rows]

    async def find(self, letter_ids: Collection[UUID]) -> Mapping[UUID, LetterWithBody]:
        """Those that there are."""
        rows = await self._reader.rows(_FIND, {"ids": list(letter_ids), "queue": self._queue})
        return {row.id: _with_body(row) for row in rows}

    async def groups(
        self, wanted: LetterFilter, after: tuple[int, str] | None, limit: int
    ) -> list[LetterGroup]:
        """The largest first, going on after one of this `(count, error_group)`."""
        parameters = self._parameters(wanted)
        count, group = after or (None, None)
        rows = await self._reader.rows(
            _groups(frozenset(parameters)),
            {**parameters, "after_count": count, "after_group": group, "limit": limit},
        )
        return [LetterGroup(*row) for row in rows]

    async def discard(
        self, letter_ids: Collection[UUID], by: str, reason: str, now: datetime
    ) -> Mapping[UUID, Letter]:
        """Closes those of them that are open; those that there are, as they then stand.

        Waits for a replay that is under way.
        """
        closing = {"status": "DISCARDED", "by": by, "reason": reason, "now": now}
        asked = {"ids": sorted(letter_ids), "queue": self._queue, **closing}
        with translated():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(_DISCARD, asked)).all()
                await commit(connection)
        return {row.id: Letter(*row) for row in rows}

    async def settle(self, letter_ids: Collection[UUID], by: str, now: datetime) -> None:
        """Closes those of them that are open: what they hold was processed before."""
        closing = {"status": "REPLAYED", "by": by, "reason": ALREADY_PROCESSED, "now": now}
        await self._write(_SETTLE, {"ids": sorted(letter_ids), **closing})

    async def note_failures(self, failures: Sequence[Failure], now: datetime) -> None:
        """One more attempt each, with what it failed with this time; they stay open."""
        ordered = sorted(failures, key=lambda failure: failure.letter_id)
        await self._write(
            _FAILED,
            {
                "ids": [failure.letter_id for failure in ordered],
                "errors": [error_text(failure.error) for failure in ordered],
                "traces": [
                    _storable("".join(traceback.format_exception(failure.error))) for failure in ordered
                ],
                "now": now,
            },
        )

    async def _write(self, statement: TextClause, parameters: Mapping[str, Any]) -> None:
        with translated():
            async with self._engine.connect() as connection:
                await connection.execute(statement, parameters)
                await commit(connection)

    def _parameters(self, wanted: LetterFilter, **bounds: UUID | None) -> dict[str, Any]:
        asked = {"queue": self._queue, "status": wanted.status, "type": wanted.type}
        asked |= {"error_group": wanted.error_group, **bounds}
        return {name: value for name, value in asked.items() if value is not None}


def error_text(error: Exception) -> str:
    """The error as a letter keeps it."""
    return _storable(f"{type(error).__name__}: {error}")


def _storable(value: str) -> str:
    """PostgreSQL's text holds neither NUL nor what has no place in UTF-8."""
    return value.encode("utf-8", "replace").decode().replace("\x00", "\\x00")


def _with_body(row: Sequence[Any]) -> LetterWithBody:
    *columns, body, stack_trace = row
    return LetterWithBody(Letter(*columns), bytes(body), stack_trace)


_LETTER = ", ".join(field.name for field in fields(Letter))
_LETTER_CLOSED = ", ".join(f"l.{field.name}" for field in fields(Letter))
_WHOLE = f"{_LETTER}, body, stack_trace"
_CONDITIONS = {
    "queue": "queue = :queue",
    "status": "status = :status",
    "type": "type = :type",
    "error_group": "error_group = :error_group",
    "before": "id < :before",
    "after": "id > :after",
}
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_NOW = bindparam("now", type_=TIMESTAMP(timezone=True))
_FIND = text(f"SELECT {_WHOLE} FROM dead_letters WHERE id = ANY(:ids) AND queue = :queue").bindparams(_IDS)
_CLOSING = "status = :status, closed_by = :by, closed_reason = :reason, closed_at = :now"
_DISCARD = text(
    f"WITH held AS (SELECT {_LETTER} FROM dead_letters WHERE id = ANY(:ids) AND queue = :queue ORDER BY id FOR UPDATE),"
    f" closed AS (UPDATE dead_letters AS l SET {_CLOSING} FROM held WHERE l.id = held.id AND held.status = 'OPEN'"
    f" RETURNING {_LETTER_CLOSED})"
    f" SELECT {_LETTER} FROM closed UNION ALL SELECT {_LETTER} FROM held WHERE status <> 'OPEN'"
).bindparams(_IDS, _NOW)
_SETTLE = text(
    "WITH held AS (SELECT id FROM dead_letters WHERE id = ANY(:ids) AND status = 'OPEN' ORDER BY id FOR UPDATE)"
    f" UPDATE dead_letters AS l SET {_CLOSING} FROM held WHERE l.id = held.id"
).bindparams(_IDS, _NOW)
_FAILED = text(
    "WITH held AS (SELECT id FROM dead_letters WHERE id = ANY(:ids) AND status = 'OPEN' ORDER BY id FOR UPDATE)"
    " UPDATE dead_letters AS l SET attempts = attempts + 1, error = n.error, stack_trace = n.trace,"
    " last_failed_at = :now"
    " FROM held JOIN unnest(:ids, :errors, :traces) AS n (id, error, trace) USING (id) WHERE l.id = held.id"
).bindparams(_IDS, _NOW, bindparam("errors", type_=ARRAY(Text)), bindparam("traces", type_=ARRAY(Text)))


@cache
def _list(given: frozenset[str]) -> TextClause:
    return text(f"SELECT {_LETTER} FROM dead_letters WHERE {_where(given)} ORDER BY id DESC LIMIT :limit")


@cache
def _ids(given: frozenset[str]) -> TextClause:
    return text(f"SELECT id FROM dead_letters WHERE {_where(given)} ORDER BY id LIMIT :limit")


@cache
def _groups(given: frozenset[str]) -> TextClause:
    return text(
        "SELECT error_group, min(error_kind), count(*), array_agg(DISTINCT type ORDER BY type),"
        " min(first_failed_at), max(last_failed_at), max(id::text)::uuid"
        f" FROM dead_letters WHERE {_where(given)} GROUP BY error_group"
        " HAVING CAST(:after_count AS bigint) IS NULL OR count(*) < :after_count"
        " OR (count(*) = :after_count AND error_group > :after_group)"
        " ORDER BY count(*) DESC, error_group LIMIT :limit"
    )


def _where(given: frozenset[str]) -> str:
    return " AND ".join(_CONDITIONS[name] for name in sorted(given))
