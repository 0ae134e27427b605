"""Engines and pools."""

from datetime import timedelta

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_STATEMENT_TIMEOUT = timedelta(seconds=30)
# Longer than the server's deadlock_timeout of 1 s, so that a deadlock still ends as one.
_LOCK_TIMEOUT = "1500ms"
# The server ends a statement in time; when nothing is heard of it either, the server itself is out of reach.
_SILENCE = timedelta(seconds=1)
_CONNECT_WITHIN = timedelta(seconds=2)
_GOODBYE_WITHIN = timedelta(milliseconds=500)

# A transaction that a crashed or stuck client left open must not hold its locks for long.
_SESSION = {
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class _Connection(asyncpg.Connection):
    """Does not wait long for a goodbye: whoever asks for another connection waits behind it."""

    async def close(self, *, timeout: float | None = None) -> None:
        await super().close(  # pyright: ignore[reportUnknownMemberType] - asyncpg has no types
            timeout=_GOODBYE_WITHIN.total_seconds()
        )


def _distrust_the_whole_pool(context: ExceptionContext) -> None:
    """After a silence every connection made before it is as dead: the next one must not have to find out again."""
    if isinstance(context.original_exception, TimeoutError):
        context.invalidate_pool_on_disconnect = True


def addressed(url: str) -> tuple[URL, dict[str, object]]:
    """What SQLAlchemy is given for a `postgresql://` URL, and what the driver is: it reads libpq's `sslmode` and `sslrootcert`.

    Without an `sslmode` nothing is encrypted. libpq would encrypt if it can, for whoever answers.
    """
    known = make_url(url)
    arguments: dict[str, object] = {"dsn": url}
    if "sslmode" not in known.query:
        arguments["ssl"] = False
    return known.set(drivername="postgresql+asyncpg", query={}), arguments


def open_engine(
    url: str,
    *,
    application: str,
    pool_size: int = 5,
    statement_timeout: timedelta | None = _STATEMENT_TIMEOUT,
) -> AsyncEngine:
    """An engine with at most `pool_size` connections, in READ COMMITTED, as PostgreSQL's default.

    `url` is a `postgresql://` URL as `addressed` takes it; `application` is what `pg_stat_activity` shows. Without a `statement_timeout`
    a statement may take for ever, as one of a migration may; others raise LockedByAnother when they have waited for a
    lock for 1.5 s.
    """
    session = {"application_name": application, **_SESSION}
    address, connect_args = addressed(url)
    connect_args |= {
        "timeout": _CONNECT_WITHIN.total_seconds(),
        "server_settings": session,
        "connection_class": _Connection,
    }
    if statement_timeout is not None:
        session["lock_timeout"] = _LOCK_TIMEOUT
        session["statement_timeout"] = f"{statement_timeout.total_seconds() * 1000:.0f}ms"
        connect_args["command_timeout"] = (statement_timeout + _SILENCE).total_seconds()
    engine = create_async_engine(
        address,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args=connect_args,
    )
    event.listen(engine.sync_engine, "handle_error", _distrust_the_whole_pool)
    return engine
