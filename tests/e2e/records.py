"""What the databases hold, read as the auditor: rows as they are, for a test's own arithmetic."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import asyncpg

from ops.stack.site import Site

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """The current state of one aggregate."""

    version: int
    state: State


@dataclass(frozen=True, slots=True)
class Event:
    id: UUID
    stream: str
    version: int
    type: str


@dataclass(frozen=True, slots=True)
class Store:
    """What every service keeps. `heard` are the events in its inbox; `relayed` and `last` are positions."""

    events: Sequence[Event]
    heard: frozenset[UUID]
    relayed: int
    last: int
    dead_letters: Sequence[str]


@dataclass(frozen=True, slots=True)
class Level:
    """The stock of one SKU, and the sums of its movements."""

    on_hand: int
    reserved: int
    moved_on_hand: int
    moved_reserved: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One key in the provider's ledger."""

    outcome: str
    amount: int
    currency: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """Orders placed since a moment, all by order id, with what the other services hold about them."""

    orders: Mapping[str, Row]
    payments: Mapping[str, Row]
    reservations: Mapping[str, Row]
    levels: Mapping[str, Level]
    ledger: Mapping[str, Entry]
    open_calls: Sequence[str]
    stores: Mapping[str, Store]


async def read_records(site: Site, since: datetime) -> Records:
    """Everything about orders placed since then; read it while nothing moves, or it may not fit together."""
    first = smallest_id(since)
    async with AsyncExitStack() as opened:
        auditors = {name: await opened.enter_async_context(auditor(site, name)) for name in site.databases}
        names = ("order", "payment", "inventory")
        stores = await asyncio.gather(*(_store(auditors[name], since, first) for name in names))
        return Records(
            orders=await _rows(auditors["order"], "orders", first),
            payments=await _rows(auditors["payment"], "payments", first),
            reservations=await _rows(auditors["inventory"], "reservations", first),
            levels=await _levels(auditors["inventory"]),
            ledger=await _ledger(auditors["provider"], first),
            open_calls=[row["key"] for row in await auditors["payment"].fetch(_CALLS, first)],
            stores=dict(zip(names, stores, strict=True)),
        )


@asynccontextmanager
async def auditor(site: Site, database: str) -> AsyncGenerator[Any]:
    """A connection that can only read."""
    connection = cast("Any", await asyncpg.connect(site.database_url(database, "auditor"), timeout=5))  # pyright: ignore[reportUnknownMemberType]
    try:
        yield connection
    finally:
        await connection.close()


def smallest_id(moment: datetime) -> UUID:
    """Below every UUIDv7 made from then on: orders and payments share an order's 48-bit time."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


_CALLS = "SELECT key FROM provider_calls WHERE order_id >= $1"
_EVENTS = "SELECT id, stream, version, type FROM events WHERE time >= $1 ORDER BY position"
_DEAD = "SELECT queue, type, event_id, error FROM dead_letters WHERE first_failed_at >= $1"
_LEVELS = """
SELECT s.id, s.on_hand, s.reserved, coalesce(sum(m.delta_on_hand), 0)::bigint AS moved_on_hand,
    coalesce(sum(m.delta_reserved), 0)::bigint AS moved_reserved
FROM stock AS s LEFT JOIN movements AS m ON m.sku = s.id GROUP BY s.id"""


async def _rows(database: Any, table: str, first: UUID) -> dict[str, Row]:
    rows = await database.fetch(
        f"SELECT id, version, state::text FROM {table} WHERE id >= $1 AND version > 0", first
    )
    return {str(row["id"]): Row(row["version"], json.loads(row["state"])) for row in rows}


async def _levels(database: Any) -> dict[str, Level]:
    return {sku: Level(*numbers) for sku, *numbers in await database.fetch(_LEVELS)}


async def _ledger(database: Any, first: UUID) -> dict[str, Entry]:
    rows = await database.fetch(
        "SELECT key, outcome, amount, currency, code FROM ledger WHERE key >= $1", str(first)
    )
    return {key: Entry(*entry) for key, *entry in rows}


async def _store(database: Any, since: datetime, first: UUID) -> Store:
    return Store(
        events=[Event(*row) for row in await database.fetch(_EVENTS, since)],
        heard=frozenset(
            row["event_id"]
            for row in await database.fetch("SELECT event_id FROM inbox WHERE event_id >= $1", first)
        ),
        relayed=await database.fetchval("SELECT position FROM checkpoints WHERE name = 'relay'") or 0,
        last=await database.fetchval("SELECT max(position) FROM events") or 0,
        dead_letters=[
            f"{row['type']} {row['event_id']} in {row['queue']}: {row['error']}"
            for row in await database.fetch(_DEAD, since)
        ],
    )
