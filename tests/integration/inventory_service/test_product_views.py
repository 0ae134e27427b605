"""Products from the cache: on a real Redis, which is flushed, killed, or falls silent under way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic

import pytest
from redis.asyncio import Redis

from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from shared.observability.metrics import REGISTRY
from tests.integration.inventory_service.conftest import Inventory, running
from tests.integration.platform.proxy import proxied
from tests.integration.platform.waiting import until

# Of the cache: what waits for it for longer was not spared.
PATIENCE = timedelta(milliseconds=50)


@pytest.fixture
async def redis(servers: Servers) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(servers.site.redis_url)  # pyright: ignore[reportUnknownMemberType]
    yield client
    await client.aclose()


@pytest.fixture(scope="module")
async def cached(database: FreshDatabase, servers: Servers) -> AsyncIterator[Inventory]:
    async with running(database, servers.site.redis_url) as inventory:
        yield inventory


def reads(outcome: str) -> float:
    labels = {"cache": "products", "outcome": outcome}
    return REGISTRY.get_sample_value("eventflow_cache_reads_total", labels) or 0.0


async def flush(redis: Redis) -> None:
    """All that these tests have put there; to empty the whole server is not given to us."""
    await redis.delete(*(f"products:C-{number}" for number in range(10)))


async def hits(inventory: Inventory, sku: str) -> bool:
    before = reads("hit")
    await inventory.product(sku)
    return reads("hit") > before


async def test_the_same_is_shown_when_it_comes_from_the_cache(cached: Inventory, redis: Redis) -> None:
    await cached.stocked("C-1", 5)
    first = await cached.http.get("/products/C-1")
    await until(lambda: hits(cached, "C-1"))

    again = await cached.http.get("/products/C-1")

    assert (again.content, again.headers["ETag"]) == (first.content, '"2"')
    assert again.headers["Content-Type"] == "application/json"
    assert 0 < await redis.pttl("products:C-1") <= 2_000
    assert (await cached.http.get("/products/C-0")).status_code == 404


async def test_nobody_reads_less_than_they_were_answered_when_they_change_a_product(
    cached: Inventory,
) -> None:
    """While others keep reading it into the cache, at any moment between two commits."""
    await cached.stocked("C-2", 100)
    done = asyncio.Event()

    async def keep_reading() -> None:
        while not done.is_set():
            await cached.product("C-2")

    readers = [asyncio.create_task(keep_reading()) for _ in range(4)]
    try:
        for number in range(60):
            changed = await cached.http.patch("/products/C-2", json={"name": f"Name {number}"})
            assert (await cached.http.get("/products/C-2")).content == changed.content
            await cached.reserve(("C-2", 1))
            assert (await cached.product("C-2"))["reserved"] == number + 1
    finally:
        done.set()
        await asyncio.gather(*readers)


async def test_entry_is_outdated_when_another_process_commits(
    cached: Inventory, database: FreshDatabase, servers: Servers, redis: Redis
) -> None:
    await cached.stocked("C-3", 0)
    async with running(database, servers.site.redis_url) as other:
        await until(lambda: hits(other, "C-3"))
        await cached.http.patch("/products/C-3", json={"name": "Changed"})

        async def barred() -> bool:
            return await redis.get("products:C-3") == b"1\n"

        await until(barred)
        assert (await other.product("C-3"))["name"] == "Changed"


async def test_own_commit_is_shown_when_the_cache_still_holds_what_was_before(
    cached: Inventory, redis: Redis
) -> None:
    """Another process read before the commit, and its answer was a long time on its way to Redis."""
    await cached.stocked("C-4", 0)
    await cached.product("C-4")
    await cached.http.patch("/products/C-4", json={"name": "Changed"})

    await redis.set("products:C-4", b'1\n"1"\n{"name": "Late"}')

    assert (await cached.product("C-4"))["name"] == "Changed"


async def test_the_latest_is_shown_when_the_cache_is_flushed_under_way(
    cached: Inventory, redis: Redis
) -> None:
    await cached.stocked("C-5", 0)
    for number in range(20):
        await cached.product("C-5")
        flushing = asyncio.create_task(flush(redis))
        changed = await cached.http.patch("/products/C-5", json={"name": f"Name {number}"})
        assert (await cached.http.get("/products/C-5")).content == changed.content
        await flushing
    await until(lambda: hits(cached, "C-5"))


async def test_reads_go_on_when_redis_is_killed_and_hit_again_when_it_is_back(
    cached: Inventory, servers: Servers
) -> None:
    await cached.stocked("C-6", 0)
    await until(lambda: hits(cached, "C-6"))
    errors = reads("error")
    await asyncio.to_thread(servers.kill, "redis")
    try:
        for number in range(20):
            changed = await cached.http.patch("/products/C-6", json={"name": f"Name {number}"})
            shown = await cached.http.get("/products/C-6")
            assert (shown.status_code, shown.content) == (200, changed.content)
        assert reads("error") > errors
    finally:
        await asyncio.to_thread(servers.start, "redis")
    await until(lambda: hits(cached, "C-6"), within=30)


async def test_nobody_waits_for_redis_when_it_has_fallen_silent(
    database: FreshDatabase, servers: Servers
) -> None:
    async with (
        proxied(servers.site.redis_url) as proxy,
        running(database, proxy.url) as inventory,
    ):
        await inventory.stocked("C-7", 0)
        await until(lambda: hits(inventory, "C-7"))
        proxy.fall_silent()
        began = monotonic()
        for _ in range(200):
            assert (await inventory.product("C-7"))["sku"] == "C-7"
        assert monotonic() - began < 200 * PATIENCE.total_seconds()
        proxy.speak_again()
        await until(lambda: hits(inventory, "C-7"), within=30)
