"""Each database as it was at one moment, read as the auditor, who can do nothing but read."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Protocol, cast

import asyncpg

from ops.stack.errors import StackError
from ops.stack.site import SERVER_OF, Site
from ops.stack.sql import ServerRefused

PAGE = 2_000

Record = Sequence[Any]
Pages = AsyncIterator[Sequence[Record]]


class Unreachable(StackError):
    """A database or the broker does not answer, or refuses what was asked of it."""

    exit_status = 2


class _Cursor(Protocol):
    async def fetch(self, n: int) -> Sequence[Record]: ...


class _Connection(Protocol):
    """What is used of asyncpg's connection, which ships no types."""

    def cursor(self, query: str, *arguments: object) -> Any: ...

    async def fetch(self, query: str, *arguments: object) -> Sequence[Record]: ...

    async def fetchrow(self, query: str, *arguments: object) -> Record: ...

    def transaction(self, **options: object) -> Any: ...

    async def close(self) -> None: ...


class Snapshot:
    """Every statement sees the same moment; each raises Unreachable. One statement or one step of a cursor at a time."""

    def __init__(self, database: str, connection: _Connection) -> None:
        self._database = database
        self._connection = connection

    async def row(self, query: str, *arguments: object) -> Record:
        with _told_of(self._database):
            return await self._connection.fetchrow(query, *arguments)

    async def rows(self, query: str, *arguments: object) -> Sequence[Record]:
        """For answers that are small whatever the history; everything else comes in `pages`."""
        with _told_of(self._database):
            return await self._connection.fetch(query, *arguments)

    async def pages(self, query: str, *arguments: object) -> Pages:
        """The rows by a cursor of the server: memory is that of one page."""
        with _told_of(self._database):
            cursor: _Cursor = await self._connection.cursor(query, *arguments)
        while True:
            with _told_of(self._database):
                page = await cursor.fetch(PAGE)
            if not page:
                return
            yield page


@asynccontextmanager
async def snapshot(site: Site, database: str) -> AsyncGenerator[Snapshot]:
    """One database (`order`, `payment`, `inventory`, `provider`). Raises Unreachable."""
    with _told_of(database):
        connection = await _connect(site.database_url(database, "auditor"))
    try:
        with _told_of(database):
            transaction = connection.transaction(isolation="repeatable_read", readonly=True)
            await transaction.start()
            await connection.fetch("SELECT 1")  # the moment is that of the first statement
        yield Snapshot(database, connection)
    finally:
        await connection.close()


@asynccontextmanager
async def snapshots(site: Site) -> AsyncGenerator[Mapping[str, Snapshot]]:
    """All databases, as close to one moment as separate servers allow. Raises Unreachable."""
    async with AsyncExitStack() as opened:
        yield {name: await opened.enter_async_context(snapshot(site, name)) for name in SERVER_OF}


async def _connect(url: str) -> _Connection:
    settings = {"application_name": "eventflow"}
    return cast("_Connection", await asyncpg.connect(url, timeout=5, server_settings=settings))  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def _told_of(database: str) -> Generator[None]:
    """Turns what the driver raises into one sentence about the database."""
    try:
        yield
    except ServerRefused as refusal:
        raise Unreachable(
            f"{database}_db does not answer ({str(refusal) or type(refusal).__name__}); see ./eventflow status."
        ) from refusal
