"""The cache's one rule, on a real Redis: an older version never takes the place of a newer one."""

from collections.abc import AsyncIterator
from secrets import token_hex

import pytest

from ops.stack.servers import Servers
from shared.cache.versioned import Entry, VersionedCache


@pytest.fixture
async def caches(servers: Servers) -> AsyncIterator[tuple[VersionedCache, VersionedCache]]:
    """The same cache in two processes."""
    name = f"products:test-{token_hex(4)}"
    one, other = (VersionedCache(servers.site.redis_url, name) for _ in range(2))
    yield one, other
    await one.close()
    await other.close()


async def test_older_version_is_not_kept_when_a_newer_one_is_there(
    caches: tuple[VersionedCache, VersionedCache],
) -> None:
    one, other = caches
    one.put("key", 9, b"nine")
    assert await one.get("key") == Entry(9, b"nine")
    other.put("key", 8, b"eight")
    assert await other.get("key") == Entry(9, b"nine")
    other.put("key", 10, b"ten\nlines")
    assert await other.get("key") == Entry(10, b"ten\nlines")
    assert await one.get("another key") is None


async def test_only_what_is_current_is_kept_when_a_version_was_outdated(
    caches: tuple[VersionedCache, VersionedCache],
) -> None:
    one, other = caches
    one.put("key", 1, b"one")
    assert await one.get("key") is not None
    other.outdate({"key": 2, "unknown": 5})
    assert await other.get("key") is None
    one.put("key", 1, b"one")
    one.put("unknown", 4, b"four")
    assert await one.get("key") is None
    assert await one.get("unknown") is None
    one.put("key", 2, b"two")
    assert await one.get("key") == Entry(2, b"two")
    other.outdate({"key": 2})
    assert await other.get("key") == Entry(2, b"two")


async def test_the_newest_is_kept_when_writes_wait_for_the_same_round_trip(
    caches: tuple[VersionedCache, VersionedCache],
) -> None:
    one, _ = caches
    one.put("key", 3, b"three")
    one.put("key", 1, b"one")
    one.outdate({"key": 3})
    assert await one.get("key") == Entry(3, b"three")
    one.put("key", 3, b"three")
    one.outdate({"key": 4})
    one.put("key", 3, b"three")
    assert await one.get("key") is None
