"""Both schemas come and go as a whole."""

import asyncio

import pytest
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


@pytest.mark.parametrize(
    ("service", "location", "tables"),
    [
        ("payment", "payment_service:migrations", {"events", "payments", "provider_calls"}),
        ("provider", "payment_service.providers:migrations", {"ledger"}),
    ],
)
async def test_nothing_is_left_when_the_schema_is_taken_back(
    make_database: MakeDatabase, service: str, location: str, tables: set[str]
) -> None:
    database = make_database(service)
    for _ in range(2):
        await asyncio.to_thread(upgrade, location, database.owner_url)
        assert tables <= await names(database.owner_url)
        await asyncio.to_thread(downgrade, location, database.owner_url)
        assert await names(database.owner_url) == set()
