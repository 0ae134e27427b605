"""Counting in a real Redis, and going on without it: nobody waits for a Redis that does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from time import perf_counter
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from ops.stack.servers import Servers
from shared.http import shared_counts
from shared.http.problems import TooManyRequests
from shared.http.quotas import Quota, Quotas, RateLimits
from shared.http.shared_counts import SharedCounts
from tests.integration.platform.waiting import until


@pytest.fixture
async def counts(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[SharedCounts, SharedCounts]]:
    # A busy machine may let even a Redis that is well wait.
    monkeypatch.setattr(shared_counts, "PATIENCE", timedelta(seconds=20))
    one, other = (SharedCounts(servers.site.redis_url) for _ in range(2))
    yield one, other
    await one.close()
    await other.close()


async def test_all_processes_add_to_one_count(counts: tuple[SharedCounts, SharedCounts]) -> None:
    one, other = counts
    name = token_hex(4)
    assert await one.add(name, 10, 1) == 1
    assert await other.add(name, 10, 20) == 21
    assert set(await asyncio.gather(*(one.add(name, 10, 1) for _ in range(100)))) == set(range(22, 122))


async def test_quota_is_never_exceeded_when_processes_share_it(
    counts: tuple[SharedCounts, SharedCounts],
) -> None:
    quota = Quota("shared", 20, 86_400)
    quotas = Quotas(anonymous=quota, customer=quota, trusted=quota, refused=quota)
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    processes = [RateLimits(quotas, each, lambda: now) for each in counts]
    caller, through = token_hex(4), 0
    for turn in range(60):
        with suppress(TooManyRequests):
            await processes[turn % 2].admit(quota, caller)
            through += 1
    assert through == 20


class Wire:
    """A way to Redis that can be slow, or dead: whoever connects is let in, and hears nothing."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = parts.hostname, parts.port
        self._login = parts.netloc.rpartition("@")[0]
        self.dead = False
        self.delay = 0.0
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.wait(self._carrying)

    @property
    def url(self) -> str:
        return f"redis://{self._login}@127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        for source, target in ((reader, there_writer), (there_reader, writer)):
            self._carrying.add(asyncio.create_task(self._carry(source, target)))

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while data := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if not self.dead:
                    target.write(data)
        target.close()
        with suppress(ConnectionError):
            await target.wait_closed()


async def test_nobody_waits_when_redis_falls_silent_and_counts_are_shared_again_when_it_is_back(
    servers: Servers,
) -> None:
    async with Wire(servers.site.redis_url) as wire:
        counts, name = SharedCounts(wire.url), token_hex(4)
        await until(lambda: counts.add(f"{name}-warm", 10, 1), within=30)
        wire.dead = True
        began = perf_counter()
        # They wait together, for 50 ms; those that come later, not at all.
        assert await asyncio.gather(*(counts.add(name, 60, 1) for _ in range(200))) == [None] * 200
        assert await asyncio.gather(*(counts.add(name, 60, 1) for _ in range(200))) == [None] * 200
        # Redis' own client would wait for 5 s, twice.
        assert perf_counter() - began < 4
        wire.dead = False
        assert await until(lambda: counts.add(name, 60, 1), within=30) >= 1
        await counts.close()


async def test_redis_is_still_asked_when_a_crowd_of_our_own_waits_for_connections(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "PATIENCE", timedelta(seconds=5))
    async with Wire(servers.site.redis_url) as wire:
        counts, name = SharedCounts(wire.url), token_hex(4)
        wire.delay = 0.15
        with capture_logs() as lines:
            crowd = await asyncio.gather(*(counts.add(name, 60, 1) for _ in range(600)))
            assert None in crowd, "nobody had to wait for long enough"
            assert await counts.add(name, 60, 1) is not None
        assert not [line for line in lines if line["event"] == "rate_limits_count"]
        await counts.close()


async def test_nobody_waits_when_there_is_no_redis() -> None:
    counts = SharedCounts("redis://127.0.0.1:1/0")
    assert await asyncio.gather(*(counts.add("name", 10, 1) for _ in range(100))) == [None] * 100
    await counts.close()
