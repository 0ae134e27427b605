"""Migrations run from code: up, down, up again, and by two processes at once."""

import asyncio

from sqlalchemy import text

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.migrations import downgrade, upgrade
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.conftest import MIGRATIONS
from tests.integration.platform.waiting import until

CONTENTS = text(
    "SELECT relname || ' ' || coalesce(relacl::text, '') FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
    " WHERE nspname = 'public' AND relname NOT LIKE 'alembic%'"
    " UNION SELECT proname || ' ' || coalesce(proacl::text, '') FROM pg_proc JOIN pg_namespace AS n ON n.oid = pronamespace"
    " WHERE nspname = 'public' UNION SELECT 'defaults ' || defaclacl::text FROM pg_default_acl"
)


async def contents(database: FreshDatabase) -> set[str]:
    """Every table, index, sequence and function, with who may do what with it."""
    engine = open_engine(database.owner_url, application="tests")
    async with engine.connect() as connection:
        found = set((await connection.execute(CONTENTS)).scalars())
    await engine.dispose()
    return found


async def test_nothing_is_left_and_everything_is_back_when_migrated_down_and_up(
    make_database: MakeDatabase,
) -> None:
    database = make_database("order")
    empty = await contents(database)
    await asyncio.to_thread(upgrade, MIGRATIONS, database.owner_url)
    migrated = await contents(database)
    assert len(migrated) > 60
    await asyncio.to_thread(downgrade, MIGRATIONS, database.owner_url)
    assert await contents(database) == empty
    await asyncio.to_thread(upgrade, MIGRATIONS, database.owner_url)
    assert await contents(database) == migrated


async def test_one_waits_for_the_other_when_two_processes_migrate_at_once(
    make_database: MakeDatabase,
) -> None:
    database = make_database("order")
    owner = open_engine(database.owner_url, application="tests")
    async with owner.begin() as other:
        await other.execute(text("SELECT pg_advisory_xact_lock(4837102)"))
        migrating = asyncio.create_task(asyncio.to_thread(upgrade, MIGRATIONS, database.owner_url))
        await until(lambda: other.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
        assert not migrating.done()
    await migrating
    assert len(await contents(database)) > 60
    await owner.dispose()
