"""Idempotency keys: one answer per subject and key, kept for 24 hours."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.http.idempotency import IdempotencyKey, StoredAnswer

KEPT = timedelta(hours=24)
_DELETED_AT_ONCE = 500

_ARRAYS = (bindparam("subjects", type_=ARRAY(Text)), bindparam("keys", type_=ARRAY(Text)))

_CLAIM = text(
    "INSERT INTO idempotency_keys (subject, key, fingerprint, created_at)"
    " SELECT n.subject, n.key, n.fingerprint, :now"
    " FROM unnest(:subjects, :keys, :fingerprints) AS n (subject, key, fingerprint) ORDER BY n.subject, n.key"
    " ON CONFLICT (subject, key) DO NOTHING RETURNING subject, key"
).bindparams(*_ARRAYS, bindparam("fingerprints", type_=ARRAY(Text)))

_FIND = text(
    "SELECT k.subject, k.key, k.fingerprint, k.answer::text FROM idempotency_keys AS k"
    " JOIN unnest(:subjects, :keys) AS n (subject, key) USING (subject, key)"
).bindparams(*_ARRAYS)

_ANSWER = text(
    "UPDATE idempotency_keys AS k SET answer = n.answer::json, fingerprint = n.fingerprint"
    " FROM unnest(:subjects, :keys, :fingerprints, :answers) AS n (subject, key, fingerprint, answer)"
    " WHERE k.subject = n.subject AND k.key = n.key"
).bindparams(*_ARRAYS, bindparam("fingerprints", type_=ARRAY(Text)), bindparam("answers", type_=ARRAY(Text)))

_FORGET = text(
    "DELETE FROM idempotency_keys AS k USING unnest(:subjects, :keys) AS n (subject, key)"
    " WHERE k.subject = n.subject AND k.key = n.key"
).bindparams(*_ARRAYS)

_EXPIRE = text(
    "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY("
    "SELECT ctid FROM idempotency_keys WHERE created_at < :before ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED))"
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is stored for a key that was claimed before."""

    fingerprint: str
    answer: StoredAnswer


async def claim(
    connection: AsyncConnection, keys: Collection[IdempotencyKey], now: datetime
) -> dict[tuple[str, str], Remembered]:
    """Claims the keys and returns what is remembered for those that were claimed before.

    Waits for a twin whose transaction is still open, so that it gets the twin's answer.
    """
    remembered: dict[tuple[str, str], Remembered] = {}
    unclaimed = sorted(keys, key=lambda key: key.identity)
    while unclaimed:
        fingerprints = [key.fingerprint for key in unclaimed]
        parameters = {**_columns(unclaimed), "fingerprints": fingerprints, "now": now}
        claimed = {(row[0], row[1]) for row in await connection.execute(_CLAIM, parameters)}
        taken = [key for key in unclaimed if key.identity not in claimed]
        if not taken:
            break
        for row in await connection.execute(_FIND, _columns(taken)):
            remembered[row[0], row[1]] = Remembered(row[2], _decoded(row[3]))
        # A key that is neither free nor found expired in between: it is free now.
        unclaimed = [key for key in taken if key.identity not in remembered]
    return remembered


async def remember(connection: AsyncConnection, answers: Mapping[IdempotencyKey, StoredAnswer]) -> None:
    """Stores the answers of keys that this transaction has claimed."""
    texts = [
        orjson.dumps({"status": a.status, "headers": dict(a.headers), "body": a.body}).decode()
        for a in answers.values()
    ]
    # The one that is answered need not be the one that claimed: its twin may have failed.
    fingerprints = [key.fingerprint for key in answers]
    await connection.execute(_ANSWER, {**_columns(answers), "fingerprints": fingerprints, "answers": texts})


async def forget(connection: AsyncConnection, keys: Collection[IdempotencyKey]) -> None:
    """Gives claims of this transaction back: their requests failed and may be tried again."""
    await connection.execute(_FORGET, _columns(keys))


async def expire(connection: AsyncConnection, now: datetime) -> int:
    """Deletes a small number of keys older than 24 hours and returns how many."""
    result = await connection.execute(_EXPIRE, {"before": now - KEPT, "limit": _DELETED_AT_ONCE})
    return result.rowcount


def _columns(keys: Collection[IdempotencyKey]) -> dict[str, list[str]]:
    return {"subjects": [key.subject for key in keys], "keys": [key.key for key in keys]}


def _decoded(answer: str) -> StoredAnswer:
    return StoredAnswer(**orjson.loads(answer))
