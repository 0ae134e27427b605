import asyncio

from sqlalchemy import text

from shared.database.engine import open_engine
from shared.database.migrations import downgrade, upgrade
from tests.integration.conftest import MakeDatabase

SCRIPTS = "order_service:migrations"

# Relations and functions, except those that alembic keeps for itself.
_EVERYTHING = text(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relname NOT LIKE 'alembic_version%'"
    " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
)


async def everything(url: str) -> set[str]:
    engine = open_engine(url, application="test")
    try:
        async with engine.connect() as connection:
            return set((await connection.execute(_EVERYTHING)).scalars())
    finally:
        await engine.dispose()


async def test_schema_comes_and_goes_when_migrated_up_and_down(make_database: MakeDatabase) -> None:
    url = make_database("order").owner_url

    await asyncio.to_thread(upgrade, SCRIPTS, url)
    made = await everything(url)
    await asyncio.to_thread(downgrade, SCRIPTS, url)
    left = await everything(url)
    await asyncio.to_thread(upgrade, SCRIPTS, url)

    assert {"orders", "listings", "customer_keys", "order_number_blocks", "events", "append_events"} <= made
    assert left == set()
    assert await everything(url) == made
