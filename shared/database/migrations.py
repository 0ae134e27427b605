"""Alembic, run from code: the owner's URL comes from the environment, never from a file."""

import asyncio

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, text

from shared.database.engine import open_engine

# Two processes that migrate at once wait for each other.
_MIGRATION_LOCK = 4_837_102


def upgrade(script_location: str, owner_url: str) -> None:
    """Brings a database to its newest revision. `script_location` is e.g. `order_service:migrations`."""
    command.upgrade(_config(script_location, owner_url), "head")


def downgrade(script_location: str, owner_url: str) -> None:
    """Takes back every revision, and with them all data."""
    command.downgrade(_config(script_location, owner_url), "base")


def run_environment() -> None:
    """The whole of a service's `migrations/env.py`: one transaction for all pending revisions.

    Runs an event loop of its own, so it is called from a thread that has none.
    """
    asyncio.run(_migrate(context.config.attributes["owner_url"]))


async def _migrate(url: str) -> None:
    engine = open_engine(url, application="migrations", statement_timeout=None)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            await connection.run_sync(_run_pending)
    finally:
        await engine.dispose()


def _run_pending(connection: Connection) -> None:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


def _config(script_location: str, owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", script_location)
    config.attributes["owner_url"] = owner_url
    return config
