"""The schema comes and goes as a whole."""

import asyncio

from sqlalchemy import text

from shared.database.engine import open_engine
from shared.database.migrations import downgrade, upgrade
from tests.integration.conftest import MakeDatabase

_TABLES = text(
    "SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE n.nspname = 'public' AND relkind IN ('r', 'p', 'S') AND relname <> 'alembic_version'"
)


async def names(url: str) -> set[str]:
    engine = open_engine(url, application="migration-test")
    async with engine.connect() as connection:
        found = set((await connection.execute(_TABLES)).scalars())
    await engine.dispose()
    return found


async def test_nothing_is_left_when_the_schema_is_taken_back(make_database: MakeDatabase) -> None:
    database = make_database("inventory")
    for _ in range(2):
        await asyncio.to_thread(upgrade, "inventory_service:migrations", database.owner_url)
        assert {"events", "reservations", "products", "stock", "movements"} <= await names(database.owner_url)
        await asyncio.to_thread(downgrade, "inventory_service:migrations", database.owner_url)
        assert await names(database.owner_url) == set()
