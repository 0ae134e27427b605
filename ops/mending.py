"""One row made again from its events, in the caller's transaction and under the row's lock.

Whoever appends to its stream holds the same lock, so nothing that is committed meanwhile is lost.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import TIMESTAMP, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from inventory_service.domain.movements import movements_of
from inventory_service.tables import PRODUCTS, STOCK
from ops.audit.listings import last_told
from ops.audit.snapshots import snapshot
from ops.histories import EVENT_COLUMNS, History
from ops.stack.site import Site
from order_service.domain.listings import Listing
from order_service.tables import LISTINGS, ORDERS
from payment_service.projections import call_asked_for, key_answered
from payment_service.provider_calls import ProviderCall, close_calls, open_calls
from payment_service.tables import PAYMENTS
from shared.database.row_store import insert_placeholders, write_rows
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Aggregate, Projection, Row, Table

_PAGE = 1_000

_LOCK = "SELECT FROM {table} WHERE id = CAST(:id AS {id_type}) FOR UPDATE"
# A row without events does not exist: version 0, as a placeholder has it.
_EMPTY = (
    "UPDATE {table} SET version = 0, state = '{{}}', created_at = NULL, updated_at = NULL"
    " WHERE id = CAST(:id AS {id_type})"
)
_STREAM = text(
    f"SELECT {EVENT_COLUMNS} FROM events WHERE stream = :stream AND version > :after ORDER BY version LIMIT {_PAGE}"
)
_OF_SKU = text(
    f"SELECT {EVENT_COLUMNS} FROM events"
    " WHERE position > :after AND (stream = :stream OR (type LIKE 'reservation.%'"
    " AND data->'lines' @> jsonb_build_array(jsonb_build_object('sku', CAST(:sku AS text)))))"
    f" ORDER BY position LIMIT {_PAGE}"
)
_FORWARD = text(f"SELECT {EVENT_COLUMNS} FROM events WHERE position > :after ORDER BY position LIMIT {_PAGE}")
_MOVED = text(
    "INSERT INTO movements"
    " (sku, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at) VALUES"
    " (:sku, :kind, :delta_on_hand, :delta_reserved, :on_hand, :reserved, CAST(:order_id AS uuid), :reason, :at)"
).bindparams(
    bindparam("order_id", type_=Uuid(as_uuid=False)), bindparam("at", type_=TIMESTAMP(timezone=True))
)
_DROP_MOVEMENTS = text("DELETE FROM movements WHERE sku = :sku")
_DROP_SKUS = text("DELETE FROM order_skus WHERE order_id = CAST(:id AS uuid)")
_ADD_SKUS = text(
    "INSERT INTO order_skus (sku, order_id) SELECT DISTINCT line->>'sku', id"
    " FROM orders, jsonb_array_elements(state->'lines') AS line WHERE id = CAST(:id AS uuid) AND version > 0"
)
_ORDER_OF_CALL = text(
    "SELECT order_id::text FROM provider_calls WHERE key = :key UNION"
    " SELECT id::text FROM payments WHERE payment_id::text = split_part(:key, ':', 1)"
)
_CALLS_OF_ORDER = text("SELECT key FROM provider_calls WHERE order_id = CAST(:order_id AS uuid)")


async def mend_row(
    connection: AsyncConnection, history: History, table: Aggregate[Any, Any], row_id: str
) -> None:
    await _hold(connection, table, row_id)
    row: Row[Any] = Row(0, table.initial)
    asked: dict[str, tuple[ProviderCall, datetime]] = {}
    stream = {"stream": table.stream(row_id)}
    async for page in _pages(connection, history, _STREAM, stream, "version"):
        for event in page:
            state = table.evolve(row.state, event.event)
            row = Row(event.version, state, row.created_at or event.time, event.time)
            if (call := call_asked_for(event)) is not None:
                asked[call[0].key] = call
            elif key := key_answered(event):
                asked.pop(key, None)
    await _write(connection, table, row_id, row)
    if table is PAYMENTS:
        await _mend_calls(connection, row_id, asked)
    if table is ORDERS:
        for statement in (_DROP_SKUS, _ADD_SKUS):
            await connection.execute(statement, {"id": row_id})


async def mend_call(connection: AsyncConnection, history: History, key: str) -> None:
    for order_id in (await connection.execute(_ORDER_OF_CALL, {"key": key})).scalars().all():
        await mend_row(connection, history, PAYMENTS, order_id)


async def _mend_calls(
    connection: AsyncConnection, order_id: str, asked: Mapping[str, tuple[ProviderCall, datetime]]
) -> None:
    kept = set((await connection.execute(_CALLS_OF_ORDER, {"order_id": order_id})).scalars())
    if kept - asked.keys():
        await close_calls(connection, sorted(kept - asked.keys()))
    if asked:
        await open_calls(connection, asked)


async def mend_listing(connection: AsyncConnection, site: Site, sku: str) -> None:
    """What was told last is looked up while nobody can change the copy: it has heard nothing newer."""
    await _hold(connection, LISTINGS, sku)
    async with snapshot(site, "inventory") as inventory:
        told = await last_told(inventory, sku)
    row = Row(told.command.version, told.command.listing, told.at, told.at) if told else Row(0, Listing())
    await _write(connection, LISTINGS, sku, row)


async def mend_projection(
    connection: AsyncConnection, history: History, table: Projection[Any], key: str
) -> None:
    """Reads every event for one row: whoever writes it waits for that long."""
    await _hold(connection, table, key)
    row: Row[Any] = Row(0, table.initial)
    async for page in _pages(connection, history, _FORWARD, {}, "position"):
        for event in page:
            if key in table.keys(event.row_id, event.event):
                state = table.project(row.state, key, event.event)
                row = Row(row.version + 1, state, row.created_at or event.time, event.time)
    await _write(connection, table, key, row)


async def mend_sku(connection: AsyncConnection, history: History, sku: str) -> None:
    """Reads every event once for the SKU: whoever moves its stock waits for that long."""
    await _hold(connection, STOCK, sku)
    await connection.execute(_DROP_MOVEMENTS, {"sku": sku})
    row: Row[Any] = Row(0, STOCK.initial)
    about = {"stream": PRODUCTS.stream(sku), "sku": sku}
    async for page in _pages(connection, history, _OF_SKU, about, "position"):
        for event in page:
            if sku in STOCK.keys(event.row_id, event.event):
                state = STOCK.project(row.state, sku, event.event)
                row = Row(row.version + 1, state, row.created_at or event.time, event.time)
        if moved := [one for event in page for one in _movements(sku, event)]:
            await connection.execute(_MOVED, moved)
    await _write(connection, STOCK, sku, row)


def _movements(sku: str, event: Recorded) -> Iterator[dict[str, Any]]:
    for movement in movements_of(event.row_id, event.event):
        if movement.sku == sku:
            yield {**asdict(movement), "kind": movement.kind.value, "at": event.time}


async def _hold(connection: AsyncConnection, table: Table[Any], row_id: str) -> None:
    """The row exists and is ours until the transaction ends."""
    await insert_placeholders(connection, table, [row_id])
    await connection.execute(text(_LOCK.format(table=table.name, id_type=table.id_type)), {"id": row_id})


async def _write(connection: AsyncConnection, table: Table[Any], row_id: str, row: Row[Any]) -> None:
    if row.version:
        await write_rows(connection, table, {row_id: row}, fresh=False)
    else:
        empty = _EMPTY.format(table=table.name, id_type=table.id_type)
        await connection.execute(text(empty), {"id": row_id})


async def _pages(
    connection: AsyncConnection, history: History, query: TextClause, parameters: dict[str, str], key: str
) -> AsyncIterator[list[Recorded]]:
    """Events in the order of `key`, a thousand at a time."""
    after = 0
    while True:
        rows = (await connection.execute(query, {**parameters, "after": after})).all()
        if not rows:
            return
        page = [history.recorded(row) for row in rows]
        yield page
        after = getattr(page[-1], key)
