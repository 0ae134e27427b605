"""Counts that all processes share: in Redis, by the scripts of the library `limits`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from limits.aio.storage import RedisStorage
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger()

# What the services may keep in Redis is named so: ops/stack/redis.py.
PREFIX = "limits"
# What a request may wait for the count, and how long Redis is left alone when it did not answer in time.
PATIENCE = timedelta(milliseconds=50)
_LEFT_ALONE = timedelta(seconds=1)
_CONNECTIONS_AT_MOST = 16


class SharedCounts:
    """Nothing here raises. Nobody waits for longer than 50 ms for a connection, and 50 ms for Redis."""

    def __init__(self, redis_url: str) -> None:
        self._connections = ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - of its keyword arguments
            redis_url,
            protocol=2,
            socket_connect_timeout=PATIENCE.total_seconds(),
            socket_timeout=PATIENCE.total_seconds(),
            retry=Retry(NoBackoff(), 0),
        )
        self._storage = RedisStorage(
            f"async+{redis_url}",
            implementation="redispy",
            key_prefix=PREFIX,
            connection_pool=self._connections,  # pyright: ignore[reportArgumentType] - its stub has plain values alone
        )
        self._connections_free = asyncio.Semaphore(_CONNECTIONS_AT_MOST)
        self._away = False
        self._ask_again = 0.0

    async def add(self, name: str, lifetime: int, amount: int) -> int | None:
        """The count with the amount added, which is forgotten so many seconds after its first; None without an answer."""
        if asyncio.get_running_loop().time() < self._ask_again or not await self._has_connection():
            return None
        try:
            return await self._ask(name, lifetime, amount)
        finally:
            self._connections_free.release()

    async def _has_connection(self) -> bool:
        """Those who wait for one another say nothing of Redis: whoever waits in vain is counted here, and alone."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._connections_free.acquire()
        except TimeoutError:
            return False
        return True

    async def _ask(self, name: str, lifetime: int, amount: int) -> int | None:
        now = asyncio.get_running_loop().time()
        if now < self._ask_again:
            return None
        if self._away:
            # Whoever comes first finds out whether it is back; the others need not wait for that.
            self._ask_again = now + _LEFT_ALONE.total_seconds()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                count = await self._storage.incr(name, lifetime, amount)
        except (RedisError, OSError, TimeoutError) as error:
            self._ask_again = asyncio.get_running_loop().time() + _LEFT_ALONE.total_seconds()
            self._note(away=True, why=type(error).__name__)
            return None
        self._note(away=False)
        return count

    async def close(self) -> None:
        await self._connections.disconnect()

    def _note(self, *, away: bool, why: str | None = None) -> None:
        if away is not self._away:
            self._away = away
            log.warning("rate_limits_count", shared=not away, why=why)
