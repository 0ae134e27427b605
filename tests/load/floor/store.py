"""The event table of each of the three databases, and the orders of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import orjson
from uuid_utils.compat import uuid7

SCHEMA = """
CREATE TABLE events (
    position bigint      GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    id       uuid        NOT NULL,
    stream   text        NOT NULL,
    version  bigint      NOT NULL,
    type     text        NOT NULL,
    data     jsonb       NOT NULL,
    time     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (stream, version)
);
CREATE FUNCTION append(ids uuid[], streams text[], versions bigint[], types text[], contents text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    INSERT INTO events (id, stream, version, type, data)
    SELECT e.id, e.stream, e.version, e.type, e.content::jsonb
    FROM unnest(ids, streams, versions, types, contents) AS e (id, stream, version, type, content);
END $$;
CREATE TABLE orders (id uuid PRIMARY KEY, heard smallint NOT NULL DEFAULT 0);
CREATE TABLE checkpoints (position bigint NOT NULL);
INSERT INTO checkpoints VALUES (0);
"""

APPEND = "SELECT append($1, $2, $3, $4, $5)"
PLACE = "INSERT INTO orders (id) SELECT unnest($1::uuid[])"
LOCK = "SELECT FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
HEAR = (
    "UPDATE orders AS o SET heard = o.heard + n.times"
    " FROM (SELECT id, count(*) AS times FROM unnest($1::uuid[]) AS id GROUP BY id) AS n WHERE o.id = n.id"
    " RETURNING o.id::text, o.heard"
)
FORWARD = "SELECT position, type, data::text FROM events WHERE position > $1 ORDER BY position LIMIT 1000"
CHECKPOINT = "UPDATE checkpoints SET position = $1"

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """`content` holds the order's id under `id`; it is what is published."""

    type: str
    version: int
    content: Content


async def open_pool(url: str) -> Any:
    return await cast("Any", asyncpg).create_pool(url, min_size=2, max_size=8)


async def append(connection: Any, events: Sequence[Event]) -> None:
    """The last statement before COMMIT."""
    await connection.execute(
        APPEND,
        [uuid7() for _ in events],
        [f"order-{event.content['id']}" for event in events],
        [event.version for event in events],
        [event.type for event in events],
        [orjson.dumps(event.content).decode() for event in events],
    )
