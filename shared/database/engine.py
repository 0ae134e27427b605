"""Engines and pools."""

from datetime import timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_STATEMENT_TIMEOUT = timedelta(seconds=30)
# The server ends a statement in time; when nothing is heard of it either, the server itself is out of reach.
_SILENCE = timedelta(seconds=5)

# A transaction that a crashed or stuck client left open must not hold its locks for long.
_SESSION = {
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


def open_engine(
    url: str,
    *,
    application: str,
    pool_size: int = 5,
    statement_timeout: timedelta | None = _STATEMENT_TIMEOUT,
) -> AsyncEngine:
    """An engine with at most `pool_size` connections, in READ COMMITTED, as PostgreSQL's default.

    `url` is a plain `postgresql://` URL; `application` is what `pg_stat_activity` shows. Without a `statement_timeout`
    a statement may take for ever, as one of a migration may.
    """
    session = {"application_name": application, **_SESSION}
    connect_args: dict[str, object] = {"timeout": 5, "server_settings": session}
    if statement_timeout is not None:
        session["statement_timeout"] = f"{statement_timeout.total_seconds() * 1000:.0f}ms"
        connect_args["command_timeout"] = (statement_timeout + _SILENCE).total_seconds()
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args=connect_args,
    )
