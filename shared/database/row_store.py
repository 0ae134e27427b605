"""Reading, locking and writing rows, one statement per table per batch."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import ARRAY, TIMESTAMP, BigInteger, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.eventsourcing.rows import Row, Table

S = TypeVar("S")

_ARRAYS = {"uuid": ARRAY(Uuid(as_uuid=False)), "text": ARRAY(Text)}


async def insert_placeholders(connection: AsyncConnection, table: Table[Any], ids: Collection[str]) -> None:
    """Rows of version 0, so that two instances that create the same row wait for each other."""
    await connection.execute(_statement("placeholders", table), {"ids": sorted(ids)})


async def lock_rows(connection: AsyncConnection, table: Table[S], ids: Collection[str]) -> dict[str, Row[S]]:
    """The rows that exist, locked in the order of their ids."""
    return await _select(connection, "lock", table, ids)


async def free_rows(connection: AsyncConnection, table: Table[Any], ids: Collection[str]) -> set[str]:
    """Those that nobody else holds just now, whether they exist or not. Waits for nobody and keeps no lock."""
    async with connection.begin_nested() as looking:
        held = set((await connection.execute(_statement("held", table), {"ids": sorted(ids)})).scalars())
        await looking.rollback()
    return set(ids) - held


async def read_rows(connection: AsyncConnection, table: Table[S], ids: Collection[str]) -> dict[str, Row[S]]:
    """The rows that exist, as last committed."""
    return await _select(connection, "read", table, ids)


async def write_rows(
    connection: AsyncConnection, table: Table[Any], rows: Mapping[str, Row[Any]], *, fresh: bool
) -> None:
    """Writes rows whole: updates those that are locked, inserts those whose ids are fresh."""
    encode = table.adapter.dump_json
    await connection.execute(
        _statement("insert" if fresh else "update", table),
        {
            "ids": list(rows),
            "versions": [row.version for row in rows.values()],
            "states": [encode(row.state).decode() for row in rows.values()],
            "created": [row.created_at for row in rows.values()],
            "updated": [row.updated_at for row in rows.values()],
        },
    )


async def _select(
    connection: AsyncConnection, kind: Literal["lock", "read"], table: Table[S], ids: Collection[str]
) -> dict[str, Row[S]]:
    found: dict[str, Row[S]] = {}
    for row_id, version, state, created_at, updated_at in await connection.execute(
        _statement(kind, table), {"ids": sorted(ids)}
    ):
        found[row_id] = decoded_row(table, version, state, created_at, updated_at)
    return found


def decoded_row(
    table: Table[S], version: int, state: str, created_at: datetime | None, updated_at: datetime | None
) -> Row[S]:
    """A row from its columns; a placeholder has the table's initial state."""
    if version == 0:
        return Row(0, table.initial)
    return Row(version, table.adapter.validate_json(state), created_at, updated_at)


_SQL = {
    "placeholders": "INSERT INTO {table} (id) SELECT unnest(:ids) ON CONFLICT (id) DO NOTHING",
    "lock": (
        "SELECT id::text, version, state::text, created_at, updated_at FROM {table}"
        " WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"
    ),
    "held": (
        "SELECT id::text FROM {table} WHERE id = ANY(:ids) AND id <> ALL (ARRAY("
        "SELECT id FROM {table} WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED))"
    ),
    "read": "SELECT id::text, version, state::text, created_at, updated_at FROM {table} WHERE id = ANY(:ids)",
    "insert": (
        "INSERT INTO {table} (id, version, state, created_at, updated_at)"
        " SELECT n.id, n.version, n.state::jsonb, n.created, n.updated"
        " FROM unnest(:ids, :versions, :states, :created, :updated) AS n (id, version, state, created, updated)"
    ),
    "update": (
        "UPDATE {table} AS t SET version = n.version, state = n.state::jsonb,"
        " created_at = n.created, updated_at = n.updated"
        " FROM unnest(:ids, :versions, :states, :created, :updated) AS n (id, version, state, created, updated)"
        " WHERE t.id = n.id"
    ),
}
_prepared: dict[tuple[str, str, str], TextClause] = {}


def _statement(kind: str, table: Table[Any]) -> TextClause:
    identity = (kind, table.name, table.id_type)
    found = _prepared.get(identity)
    if found is None:
        parameters = [bindparam("ids", type_=_ARRAYS[table.id_type])]
        if kind in ("insert", "update"):
            times = ARRAY(TIMESTAMP(timezone=True))
            parameters += [
                bindparam("versions", type_=ARRAY(BigInteger)),
                bindparam("states", type_=ARRAY(Text)),
                bindparam("created", type_=times),
                bindparam("updated", type_=times),
            ]
        found = text(_SQL[kind].format(table=table.name)).bindparams(*parameters)
        _prepared[identity] = found
    return found
