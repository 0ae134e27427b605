"""Values that live for two seconds, each of a version: an older one never takes the place of a newer one.

Reads and writes that arrive while a round trip is under way become the next one. While Redis does not answer nobody
waits for it: every read is a miss at once, and a probe in the background finds out when it is back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from shared.observability import metrics

log = structlog.get_logger()

LIFETIME = timedelta(seconds=2)

# For a connection and for an answer each: beyond that the database is quicker.
_PATIENCE = timedelta(milliseconds=50)
_PROBE_AT_FIRST, _PROBE_AT_LAST = timedelta(milliseconds=50), timedelta(seconds=1)

# A value is `<version>\n<content>`. It is written over what is below `limit`; without content it only bars what is old.
_WRITE = """
for i, key in ipairs(KEYS) do
    local held = redis.call('GET', key)
    if not held or tonumber(string.match(held, '^%d+')) < tonumber(ARGV[2 * i]) then
        redis.call('SET', key, ARGV[2 * i + 1], 'PX', ARGV[1])
    end
end
"""


@dataclass(frozen=True, slots=True)
class Entry:
    version: int
    content: bytes


@dataclass(frozen=True, slots=True, order=True)
class _Write:
    limit: int
    version: int
    content: bytes = b""


class VersionedCache:
    """One cache of a service; `name` begins its keys and is the label of its metric. Nothing here raises.

    Versions of a key count from 1 and rise with every change of what it stands for.
    """

    def __init__(self, url: str, name: str) -> None:
        self._redis: Redis = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - of its keyword arguments
            url,
            protocol=2,
            socket_connect_timeout=_PATIENCE.total_seconds(),
            socket_timeout=_PATIENCE.total_seconds(),
            retry=Retry(NoBackoff(), 0),
        )
        self._name = name
        self._asked: dict[str, list[asyncio.Future[Entry | None]]] = {}
        self._writes: dict[str, _Write] = {}
        self._working: asyncio.Task[None] | None = None
        self._away = False
        self._hits = metrics.CACHE_READS.labels(name, "hit")
        self._misses = metrics.CACHE_READS.labels(name, "miss")
        self._errors = metrics.CACHE_READS.labels(name, "error")

    async def get(self, key: str) -> Entry | None:
        if self._away:
            self._errors.inc()
            return None
        answer: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(key, []).append(answer)
        self._work()
        return await answer

    def put(self, key: str, version: int, content: bytes) -> None:
        """Keeps the content for two seconds, unless this version or a later one was heard of; returns at once.

        To be called within a second after the content was read: what is older is not barred for longer.
        """
        self._write(key, _Write(version, version, content))

    def outdate(self, versions: Mapping[str, int]) -> None:
        """From now on these are the versions of these keys: what is older is dropped, and not written for 2 s."""
        for key, version in versions.items():
            self._write(key, _Write(version, version - 1))

    async def close(self) -> None:
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])
        self._give_up()
        await self._redis.aclose()

    def _write(self, key: str, write: _Write) -> None:
        if not self._away:
            self._writes[key] = max(write, self._writes.get(key, write))
            self._work()

    def _work(self) -> None:
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._drain(), name=f"cache {self._name}")

    async def _drain(self) -> None:
        while self._asked or self._writes:
            asked, self._asked = self._asked, {}
            writes, self._writes = self._writes, {}
            found: Sequence[Entry | None] = [None] * len(asked)
            try:
                found = await self._exchange(list(asked), writes)
                self._count(asked, found)
            except (RedisError, OSError) as error:
                self._away = True
                self._errors.inc(sum(map(len, asked.values())))
                log.warning("cache_away", cache=self._name, error=str(error) or type(error).__name__)
            finally:
                _settle(asked, found)
            if self._away:
                self._give_up()
                await self._until_back()

    async def _exchange(self, asked: Sequence[str], writes: Mapping[str, _Write]) -> Sequence[Entry | None]:
        """One round trip for all of it. Raises RedisError or OSError."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            if writes:
                keys = [self._key(key) for key in writes]
                arguments: list[Any] = [int(LIFETIME.total_seconds() * 1000)]
                for write in writes.values():
                    arguments += [write.limit, b"%d\n%b" % (write.version, write.content)]
                pipeline.eval(_WRITE, len(keys), *keys, *arguments)
            if asked:
                pipeline.mget([self._key(key) for key in asked])
            results = await pipeline.execute()
        return [_entry(value) for value in results[-1]] if asked else []

    async def _until_back(self) -> None:
        pause = _PROBE_AT_FIRST
        while self._away:
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, _PROBE_AT_LAST)
            with suppress(RedisError, OSError):
                await self._redis.ping()  # pyright: ignore[reportUnknownMemberType] - of its keyword arguments
                self._away = False
        log.info("cache_back", cache=self._name)

    def _give_up(self) -> None:
        _settle(self._asked, [None] * len(self._asked))
        self._asked, self._writes = {}, {}

    def _count(self, asked: Mapping[str, Sequence[object]], found: Sequence[Entry | None]) -> None:
        for waiting, entry in zip(asked.values(), found, strict=True):
            (self._misses if entry is None else self._hits).inc(len(waiting))

    def _key(self, key: str) -> str:
        return f"{self._name}:{key}"


def _entry(value: bytes | None) -> Entry | None:
    version, _, content = (value or b"").partition(b"\n")
    return Entry(int(version), content) if content else None


def _settle(
    asked: Mapping[str, Sequence[asyncio.Future[Entry | None]]], found: Sequence[Entry | None]
) -> None:
    for waiting, entry in zip(asked.values(), found, strict=True):
        for answer in waiting:
            if not answer.done():
                answer.set_result(entry)
