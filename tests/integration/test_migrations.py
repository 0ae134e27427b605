"""The schema of every database comes and goes as a whole."""

import asyncio

import pytest
from sqlalchemy import text

from shared.database.engine import open_engine
from shared.database.migrations import downgrade, upgrade
from tests.integration.conftest import MakeDatabase

PLATFORM = {"events", "append_events", "idempotency_keys", "inbox", "checkpoints", "dead_letters"}

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
