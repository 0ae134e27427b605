"""What each statement of the platform does to a database in memory."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from shared.testing.database import MemoryDatabase, StoredEvent, Transaction, UniqueViolation, jsonb

Parameters = Mapping[str, Any]

INBOX = "inbox"
KEYS = "idempotency_keys"


class MemoryResult:
    """As much of SQLAlchemy's result as the platform uses."""

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._rows = list(rows)

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self._rows)

    def scalars(self) -> Iterator[Any]:
        return (row[0] for row in self._rows)

    def scalar_one(self) -> Any:
        ((value,),) = self._rows
        return value


CarryOut = Callable[[MemoryDatabase, Transaction, str, Parameters], Awaitable[MemoryResult]]


class Statement(NamedTuple):
    """How a statement that matches `pattern` is carried out. Its first group, if any, names a table."""

    pattern: str
    name: str
    carry_out: CarryOut


class _Twin(Exception):
    """What the driver raises for a unique violation."""

    sqlstate = "23505"


# The inbox


async def _claim_events(
    database: MemoryDatabase, transaction: Transaction, _: str, given: Parameters
) -> MemoryResult:
    if not database.remembers:
        return MemoryResult((event_id,) for event_id in given["ids"])
    return MemoryResult(
        [(event_id,) for event_id in given["ids"] if await transaction.insert(INBOX, str(event_id), True)]
    )


async def _unclaim_events(
    _: MemoryDatabase, transaction: Transaction, __: str, given: Parameters
) -> MemoryResult:
    for event_id in given["ids"]:
        await transaction.write(INBOX, str(event_id), None)
    return MemoryResult()


# Idempotency keys, each a subject, a key, a fingerprint and an answer


async def _claim_keys(
    _: MemoryDatabase, transaction: Transaction, __: str, given: Parameters
) -> MemoryResult:
    rows = zip(given["subjects"], given["keys"], given["fingerprints"], strict=True)
    return MemoryResult(
        [
            (subject, key)
            for subject, key, fingerprint in rows
            if await transaction.insert(KEYS, _key_id(subject, key), (subject, key, fingerprint, None))
        ]
    )


async def _find_keys(_: MemoryDatabase, transaction: Transaction, __: str, given: Parameters) -> MemoryResult:
    found = (transaction.read(KEYS, row_id) for row_id in _key_ids(given))
    return MemoryResult(row for row in found if row is not None)


async def _answer_keys(
    _: MemoryDatabase, transaction: Transaction, __: str, given: Parameters
) -> MemoryResult:
    names = ("subjects", "keys", "fingerprints", "answers")
    for subject, key, fingerprint, answer in zip(*(given[name] for name in names), strict=True):
        await transaction.write(KEYS, _key_id(subject, key), (subject, key, fingerprint, answer))
    return MemoryResult()


async def _forget_keys(
    _: MemoryDatabase, transaction: Transaction, __: str, given: Parameters
) -> MemoryResult:
    for row_id in _key_ids(given):
        await transaction.write(KEYS, row_id, None)
    return MemoryResult()


def _key_ids(given: Parameters) -> list[str]:
    return [_key_id(subject, key) for subject, key in zip(given["subjects"], given["keys"], strict=True)]


def _key_id(subject: str, key: str) -> str:
    return f"{subject} {key}"


# Rows, each a version, a state and the times of its first and last event

_PLACEHOLDER = (0, "{}", None, None)


async def _insert_placeholders(
    _: MemoryDatabase, transaction: Transaction, table: str, given: Parameters
) -> MemoryResult:
    for row_id in given["ids"]:
        await transaction.insert(table, row_id, _PLACEHOLDER)
    return MemoryResult()


async def _lock_rows(
    _: MemoryDatabase, transaction: Transaction, table: str, given: Parameters
) -> MemoryResult:
    found = [(row_id, await transaction.lock(table, row_id)) for row_id in sorted(given["ids"])]
    return MemoryResult((row_id, *row) for row_id, row in found if row is not None)


async def _read_rows(
    _: MemoryDatabase, transaction: Transaction, table: str, given: Parameters
) -> MemoryResult:
    found = [(row_id, transaction.read(table, row_id)) for row_id in given["ids"]]
    return MemoryResult((row_id, *row) for row_id, row in found if row is not None)


async def _insert_rows(
    _: MemoryDatabase, transaction: Transaction, table: str, given: Parameters
) -> MemoryResult:
    for row_id, row in _given_rows(given):
        if not await transaction.insert(table, row_id, row):
            raise _unique_violation(f"{table} has a row {row_id}")
    return MemoryResult()


async def _update_rows(
    _: MemoryDatabase, transaction: Transaction, table: str, given: Parameters
) -> MemoryResult:
    for row_id, row in _given_rows(given):
        if transaction.read(table, row_id) is not None:
            await transaction.write(table, row_id, row)
    return MemoryResult()


def _given_rows(given: Parameters) -> Iterator[tuple[str, tuple[Any, ...]]]:
    names = ("ids", "versions", "states", "created", "updated")
    for row_id, version, state, created, updated in zip(*(given[name] for name in names), strict=True):
        yield row_id, (version, jsonb(state), created, updated)


# Events


async def _append_events(
    _: MemoryDatabase, transaction: Transaction, __: str, given: Parameters
) -> MemoryResult:
    names = (
        "ids",
        "streams",
        "versions",
        "types",
        "data",
        "metadata",
        "command_ids",
        "command_indexes",
        "times",
    )
    columns = zip(*(given[name] for name in names), strict=True)
    events = [
        StoredEvent(0, event_id, stream, version, kind, jsonb(data), jsonb(metadata), *rest)
        for event_id, stream, version, kind, data, metadata, *rest in columns
    ]
    try:
        return MemoryResult([(await transaction.append(events),)])
    except UniqueViolation as twin:
        raise _unique_violation(str(twin)) from None


async def _wait_for_appends(
    _: MemoryDatabase, transaction: Transaction, __: str, ___: Parameters
) -> MemoryResult:
    await transaction.wait_for_appends()
    return MemoryResult()


async def _read_forward(database: MemoryDatabase, _: Transaction, __: str, given: Parameters) -> MemoryResult:
    later = [event for event in database.events if event.position > given["after"]]
    return MemoryResult(_columns(event) for event in later[: given["limit"]])


async def _read_stream(database: MemoryDatabase, _: Transaction, __: str, given: Parameters) -> MemoryResult:
    stream = [event for event in database.events if event.stream == given["stream"]]
    later = [event for event in stream if event.version > given["after"]]
    return MemoryResult(_columns(event) for event in later[: given["limit"]])


async def _events_of_commands(
    database: MemoryDatabase, _: Transaction, __: str, given: Parameters
) -> MemoryResult:
    return MemoryResult((event.id,) for event in database.events if event.command_id in given["ids"])


def _columns(event: StoredEvent) -> Sequence[Any]:
    return (
        event.position,
        event.id,
        event.stream,
        event.version,
        event.type,
        event.data,
        event.metadata,
        event.command_id,
        event.time,
    )


def _unique_violation(message: str) -> IntegrityError:
    return IntegrityError(message, None, _Twin(message))


# Row statements are the same for every table.
PLATFORM: Sequence[Statement] = (
    Statement(
        r"INSERT INTO inbox .* ON CONFLICT DO NOTHING RETURNING event_id$", "claim inbox", _claim_events
    ),
    Statement(r"DELETE FROM inbox ", "unclaim inbox", _unclaim_events),
    Statement(
        r"INSERT INTO idempotency_keys .* DO NOTHING RETURNING subject, key$", "claim keys", _claim_keys
    ),
    Statement(
        r"SELECT k\.subject, k\.key, k\.fingerprint, k\.answer::text FROM idempotency_keys",
        "find keys",
        _find_keys,
    ),
    Statement(r"UPDATE idempotency_keys AS k SET answer", "answer keys", _answer_keys),
    Statement(r"DELETE FROM idempotency_keys AS k USING", "forget keys", _forget_keys),
    Statement(r"SELECT append_events\(", "append events", _append_events),
    Statement(r"SELECT pg_advisory_xact_lock\(", "wait for appends", _wait_for_appends),
    Statement(
        r"SELECT .* FROM events WHERE position > :after ORDER BY position LIMIT", "read events", _read_forward
    ),
    Statement(
        r"SELECT .* FROM events WHERE stream = :stream AND version > :after ORDER BY version",
        "read stream",
        _read_stream,
    ),
    Statement(
        r"SELECT id FROM events WHERE command_id = ANY",
        "look up commands",
        _events_of_commands,
    ),
    Statement(
        r"INSERT INTO (\w+) \(id\) SELECT unnest\(:ids\) ON CONFLICT \(id\) DO NOTHING$",
        "insert",
        _insert_placeholders,
    ),
    Statement(
        r"SELECT id::text, version, .* FROM (\w+) WHERE id = ANY\(:ids\) ORDER BY id FOR UPDATE$",
        "lock",
        _lock_rows,
    ),
    Statement(r"SELECT id::text, version, .* FROM (\w+) WHERE id = ANY\(:ids\)$", "read", _read_rows),
    Statement(r"INSERT INTO (\w+) \(id, version, state, created_at, updated_at\)", "write", _insert_rows),
    Statement(r"UPDATE (\w+) AS t SET version = n\.version, state = ", "write", _update_rows),
)
