"""What nobody may do: changes to the books behind the services' backs, with the superuser's rights."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg

from ops.stack.site import SERVER_OF, Site


@asynccontextmanager
async def tampering(site: Site, database: str) -> AsyncGenerator[Any]:
    """A connection for which no trigger fires, not even the one that keeps events as they are."""
    url = site.superuser_url(SERVER_OF[database], site.databases[database])
    connection = cast("Any", await asyncpg.connect(url, timeout=5))  # pyright: ignore[reportUnknownMemberType]
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


async def tamper(site: Site, database: str, statement: str, *arguments: object) -> Any:
    """Runs one statement, which has to change something, and returns the first value that it returns."""
    async with tampering(site, database) as connection:
        changed = await connection.fetch(statement, *arguments)
        assert len(changed) == 1, changed
        return changed[0][0]
