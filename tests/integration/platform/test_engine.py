"""Sessions end by themselves what would otherwise hold others up."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.faults import Unavailable, translated
from tests.integration.platform.proxy import Proxy, proxied


@pytest.mark.parametrize(("given", "shown"), [(timedelta(seconds=30), "30s"), (None, "0")])
async def test_statements_are_limited_unless_a_migration_runs_when_a_session_opens(
    database: FreshDatabase, given: timedelta | None, shown: str
) -> None:
    engine = open_engine(database.runtime_url, application="limits", statement_timeout=given)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SHOW statement_timeout")) == shown
        assert await connection.scalar(text("SHOW lock_timeout")) == ("0" if given is None else "1500ms")
        assert await connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5s"
        assert await connection.scalar(text("SHOW application_name")) == "limits"
        assert await connection.scalar(text("SHOW transaction_isolation")) == "read committed"
    await engine.dispose()


async def test_statement_is_given_up_when_the_server_is_not_heard_of_any_more(
    database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine is gone, or the network: TCP itself would wait for a quarter of an hour."""
    monkeypatch.setattr("shared.database.engine._SILENCE", timedelta(milliseconds=100))
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(proxy.url, application="silence", statement_timeout=timedelta(milliseconds=200))
        began = monotonic()
        with pytest.raises(Unavailable):
            await ask_in_silence(engine, proxy)
        assert monotonic() - began < 5
        proxy.cut(for_good=True)
        await engine.dispose()


async def ask_in_silence(engine: AsyncEngine, proxy: Proxy) -> None:
    with translated():
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            proxy.fall_silent()
            await connection.execute(text("SELECT 2"))
