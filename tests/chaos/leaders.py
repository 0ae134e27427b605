"""Whose relay publishes for a service, as its database tells."""

import asyncio
from typing import Any, cast

import asyncpg
import psutil

from tests.chaos.arena import INSTANCES, Arena
from tests.e2e.waiting import NotYet, until

# What holds the lock leads. Both ask something every second; who does not may hang on a wire that has gone dead.
_RELAYS = """
SELECT activity.pid, client_port, coalesce(bool_or(locktype = 'advisory' AND granted), false) AS leads
FROM pg_stat_activity AS activity LEFT JOIN pg_locks AS locks ON locks.pid = activity.pid
WHERE application_name = $1 AND (state_change > clock_timestamp() - interval '2 s' OR state = 'active') GROUP BY activity.pid, client_port"""


class Election:
    """The relays of one service, watched over one connection of the superuser."""

    def __init__(self, arena: Arena, service: str) -> None:
        self._arena = arena
        self._service = service
        self._superuser: Any = None

    async def __aenter__(self) -> "Election":
        url = self._arena.site.superuser_url(f"{self._service}_db")
        self._superuser = cast("Any", await asyncpg.connect(url, timeout=5))  # pyright: ignore[reportUnknownMemberType]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._superuser.close()

    async def leader(self) -> tuple[str, int]:
        """The part that leads, once the other one stands by; and its server process."""

        async def look() -> Any:
            relays = await self._relays()
            leading = [relay for relay in relays if relay["leads"]]
            if len(relays) != 2 or len(leading) != 1:
                raise NotYet(f"{len(relays)} relays, {len(leading)} lead")
            return leading[0]

        found = await until(f"one relay of {self._service} leads and one stands by", look, within=60)
        return await self._part(found["client_port"]), found["pid"]

    async def moved_from(self, server_process: int) -> None:
        """Returns once somebody else leads."""

        async def look() -> None:
            if not any(relay["leads"] and relay["pid"] != server_process for relay in await self._relays()):
                raise NotYet("nobody")

        await until(f"another relay of {self._service} leads", look, within=30, every=0.02)

    async def _relays(self) -> list[Any]:
        return await self._superuser.fetch(_RELAYS, f"{self._service}-relay")

    async def _part(self, port: int) -> str:
        """The second instance comes over its wire, from a port of ours."""
        first, second = INSTANCES[self._service]
        pid = (await self._arena.pids())[first]
        connections = await asyncio.to_thread(psutil.Process(pid).net_connections, "tcp")
        return first if any(connection.laddr.port == port for connection in connections) else second
