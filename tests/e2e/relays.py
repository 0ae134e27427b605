"""The moment between publishing and writing the checkpoint, held open from outside so that a kill hits it."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import asyncpg

from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.site import SERVICES, Site
from tests.e2e.processes import connected_from, pids_of
from tests.e2e.records import auditor
from tests.e2e.waiting import NotYet, until

# Without a row of its own a relay begins at the beginning.
_BEYOND = """
SELECT id::text FROM events
WHERE position > coalesce((SELECT position FROM checkpoints WHERE name = 'relay'), 0)"""
_LEADER = """
SELECT client_port FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE application_name = $1 AND locktype = 'advisory' AND granted"""


@asynccontextmanager
async def checkpoints_held(site: Site) -> AsyncGenerator[None]:
    """No relay can write its checkpoint inside; whoever tries waits, and reading goes on.

    A server ends a statement that waits for 30 s: be quicker.
    """
    async with AsyncExitStack() as opened:
        for service in SERVICES:
            owner = await _connected(site.database_url(service, "owner"))
            opened.push_async_callback(owner.close)
            await opened.enter_async_context(owner.transaction())
            await owner.execute("LOCK TABLE checkpoints IN EXCLUSIVE MODE")
        yield


async def beyond_checkpoint(site: Site, service: str) -> set[str]:
    """The events that the service's checkpoint has not passed, by id."""
    async with auditor(site, service) as database:
        return {row["id"] for row in await database.fetch(_BEYOND)}


async def published_ahead(site: Site, service: str, heard: Collection[str]) -> set[str]:
    """The events that were heard although the service's checkpoint has not passed them, once there are any."""

    async def look() -> set[str]:
        ahead = await beyond_checkpoint(site, service) & set(heard)
        if not ahead:
            raise NotYet("there are none")
        return ahead

    return await until(f"{service} publishes events beyond its checkpoint", look, within=15)


async def leader(stack: Stack, service: str) -> str:
    """The part whose relay publishes for the service: it holds the lock in a session of its own."""
    superuser = await _connected(stack.site().superuser_url(f"{service}_db"))
    try:
        port = await superuser.fetchval(_LEADER, f"{service}-relay")
    finally:
        await superuser.close()
    return await asyncio.to_thread(connected_from, port, await pids_of(stack, *PROCESSES[service]))


async def _connected(url: str) -> Any:
    return cast("Any", await asyncpg.connect(url, timeout=5))  # pyright: ignore[reportUnknownMemberType]
