"""A long history from a short one: every order, payment, reservation and product once more, under other names.

What the services wrote is copied as it lies in their databases, so every copy is as right, or as wrong, as the
original. Ids become UUIDv8 of the same time with the number of the copy as their last four digits; SKUs, order numbers
and the provider's references get it appended.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import asyncpg

from ops.stack.site import SERVER_OF, Site
from shared.messaging.checkpoint import CHECKPOINT

MOST_COPIES = 0xFFFF

# What belongs to the database and not to its history; e-mail marks go with keys, which are not copied.
_LEFT_OUT = (
    "alembic_version",
    "checkpoints",
    "relay_progress",
    "withheld_streams",
    "subscriptions",
    "idempotency_keys",
    "dead_letters",
    "customer_keys",
    "email_index",
)

_TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
    AND NOT c.relname = ANY($1)
GROUP BY c.relname ORDER BY c.relname"""
# Positions are given anew, in the same order; so are the numbers of movements.
_ORDER = {"events": "position", "movements": "sku, number"}
_GIVEN_ANEW = {"events": {"position"}}

# Looked for once in each row, and filled in for each copy. JSON text has no such characters: it escapes them.
_AS_HEX, _AS_NUMBER = "\x01", "\x02"

_MARKED = rf"""
CREATE FUNCTION pg_temp.marked(row_ jsonb, skus text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT regexp_replace(regexp_replace(regexp_replace(row_::text,
    '([0-9a-f]{{8}}-[0-9a-f]{{4}}-)7([0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{8}})[0-9a-f]{{4}}', '\18\2{_AS_HEX}', 'g'),
    '\y(EF-[0-9A-Z]{{6}}|(ch|re)_[0-9a-f]{{24}})\y', '\&-{_AS_NUMBER}', 'g'),
    skus, '\&-{_AS_NUMBER}', 'g') $$"""


async def multiply(site: Site, copies: int) -> None:
    """So many copies of everything are added, once: copies are not copied again. The books stay as clean as they were.

    Nothing may be under way, and no service may run: it would publish them. ValueError when there are too many copies
    for the digits that tell them apart.
    """
    if copies > MOST_COPIES:
        raise ValueError(f"{copies} copies; {MOST_COPIES} are the most")
    inventory = await _connect(site, "inventory")
    try:
        known = [row["id"] for row in await inventory.fetch("SELECT id FROM products")]
    finally:
        await inventory.close()
    # Of several that begin alike, PostgreSQL takes the longest.
    skus = rf"\y({'|'.join(known)})\y" if known else r"\y(?!)\y"
    await asyncio.gather(*(_multiply(site, name, copies, skus) for name in SERVER_OF))


async def _multiply(site: Site, name: str, copies: int, skus: str) -> None:
    database = await _connect(site, name)
    try:
        await database.execute("SET session_replication_role = replica")
        await database.execute("SET synchronous_commit = off")
        await database.execute(_MARKED)
        tables = await database.fetch(_TABLES, _LEFT_OUT)
        for table, _ in tables:
            await database.execute(_marking(table), skus)
        for copy in range(1, copies + 1):
            for table, columns in tables:
                await database.execute(_copying(table, columns), f"{copy:04x}", str(copy))
        if name != "provider":
            last = "UPDATE checkpoints SET position = (SELECT max(position) FROM events) WHERE name = $1"
            await database.execute(last, CHECKPOINT)
        await database.execute("ANALYZE")
    finally:
        await database.close()


def _marking(table: str) -> str:
    order = f"ORDER BY {_ORDER[table]}" if table in _ORDER else ""
    return (
        f"CREATE TEMPORARY TABLE {table}_once AS"
        f" SELECT row_number() OVER ({order}) AS place, pg_temp.marked(to_jsonb(o), $1) AS row_ FROM public.{table} AS o"
    )


def _copying(table: str, columns: Sequence[str]) -> str:
    taken = [column for column in columns if column not in _GIVEN_ANEW.get(table, ())]
    filled = f"replace(replace(row_, '{_AS_HEX}', $1), '{_AS_NUMBER}', $2)::jsonb"
    return (
        f"INSERT INTO public.{table} ({', '.join(taken)})"
        f" SELECT {', '.join(f'(r).{column}' for column in taken)}"
        f" FROM (SELECT jsonb_populate_record(NULL::public.{table}, {filled}) AS r"
        f" FROM {table}_once ORDER BY place OFFSET 0) AS made"
    )


async def _connect(site: Site, name: str) -> Any:
    url = site.superuser_url(SERVER_OF[name], site.databases[name])
    return cast("Any", await asyncpg.connect(url, timeout=5))  # pyright: ignore[reportUnknownMemberType]
