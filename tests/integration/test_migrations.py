"""The schema of every database comes and goes as a whole."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, text

from shared.database.engine import open_engine
from shared.database.letter_schema import drop_letter_desk
from shared.database.migrations import downgrade, upgrade
from tests.integration.conftest import MakeDatabase

PLATFORM = {
    "events",
    "append_events",
    "idempotency_keys",
    "inbox",
    "checkpoints",
    "dead_letters",
    "withheld_streams",
}

# Relations and functions, except those that alembic keeps for itself.
_EVERYTHING = text(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relname NOT LIKE 'alembic_version%'"
    " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)


_OLD_LETTERS = text(
    "INSERT INTO dead_letters (id, queue, body, error, stack_trace, attempts, first_failed_at, last_failed_at)"
    " SELECT gen_random_uuid(), 'inventory_queue', '', 'ValueError: ' || n || ' of 3', '', 4, now(), now()"
    " FROM generate_series(1, 3) AS n"
)


async def everything(url: str) -> set[str]:
    engine = open_engine(url, application="test")
    try:
        async with engine.connect() as connection:
            return set((await connection.execute(_EVERYTHING)).scalars())
    finally:
        await engine.dispose()


async def test_letters_of_an_older_database_are_grouped_when_it_is_migrated(
    make_database: MakeDatabase,
) -> None:
    url = make_database("inventory").owner_url
    await asyncio.to_thread(upgrade, "inventory_service:migrations", url)
    engine = open_engine(url, application="test")
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: drop_letter_desk(_Statements(sync)))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await connection.execute(_OLD_LETTERS)
    await asyncio.to_thread(upgrade, "inventory_service:migrations", url)
    async with engine.connect() as connection:
        found = await connection.execute(
            text("SELECT error_kind, count(*) FROM dead_letters WHERE NOT replayed GROUP BY error_group, 1")
        )
        assert [tuple(row) for row in found] == [("ValueError: <n> of <n>", 3)]
    await engine.dispose()


@dataclass(frozen=True)
class _Statements:
    """What a migration has: statements are run as they are."""

    connection: Connection

    def execute(self, sqltext: str) -> None:
        self.connection.execute(text(sqltext))


@pytest.mark.parametrize(
    ("name", "location", "own"),
    [
        (
            "order",
            "order_service:migrations",
            {"orders", "listings", "customer_keys", "order_number_blocks", *PLATFORM},
        ),
        ("payment", "payment_service:migrations", {"payments", "provider_calls", *PLATFORM}),
        ("provider", "payment_service.providers:migrations", {"ledger"}),
        (
            "inventory",
            "inventory_service:migrations",
            {"reservations", "products", "stock", "movements", *PLATFORM},
        ),
    ],
)
async def test_schema_comes_and_goes_when_migrated_up_and_down(
    make_database: MakeDatabase, name: str, location: str, own: set[str]
) -> None:
    url = make_database(name).owner_url

    await asyncio.to_thread(upgrade, location, url)
    made = await everything(url)
    await asyncio.to_thread(downgrade, location, url)
    left = await everything(url)
    await asyncio.to_thread(upgrade, location, url)

    assert own <= made
    assert left == set()
    assert await everything(url) == made
