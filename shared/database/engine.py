"""Engines and pools."""

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

# A transaction that a crashed or stuck client left open must not hold its locks for long.
_SESSION = {
    "idle_in_transaction_session_timeout": "30s",
    "statement_timeout": "30s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


def open_engine(url: str, *, application: str, pool_size: int = 5) -> AsyncEngine:
    """An engine with at most `pool_size` connections, in READ COMMITTED, as PostgreSQL's default.

    `url` is a plain `postgresql://` URL; `application` is what `pg_stat_activity` shows.
    """
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args={"timeout": 5, "server_settings": {"application_name": application, **_SESSION}},
    )
