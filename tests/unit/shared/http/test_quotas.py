"""A quota is never exceeded, by one process or by several, and begins anew with each window."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from shared.http.problems import TooManyRequests
from shared.http.quotas import Quota, Quotas, RateLimits
from shared.http.shared_counts import SharedCounts
from shared.testing.edge import Clock

SMALL = Quota("small", 10, 2)
LARGE = Quota("large", 1_000, 2)
QUOTAS = Quotas(anonymous=SMALL, customer=SMALL, trusted=LARGE, refused=SMALL)
# In the middle of a window of two seconds.
NOW = datetime(2026, 1, 1, 12, 0, 0, 500_000, tzinfo=UTC)


class Redis:
    """Counts as SharedCounts does, and can be away."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.away = False
        self.asked = 0

    async def add(self, name: str, lifetime: int, amount: int) -> int | None:
        assert lifetime >= 2
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            return None
        self.counts[name] += amount
        return self.counts[name]

    def limits(self, clock: Clock) -> RateLimits:
        return RateLimits(QUOTAS, cast(SharedCounts, self), clock)


async def admitted(limits: RateLimits, quota: Quota, requests: int, caller: str = "c-1") -> int:
    """How many of so many requests, one after the other, are let through."""
    through = 0
    for _ in range(requests):
        try:
            await limits.admit(quota, caller)
        except TooManyRequests:
            continue
        through += 1
    return through


@pytest.mark.parametrize("quota", [SMALL, LARGE])
async def test_quota_is_used_up_when_one_process_counts_for_itself(quota: Quota) -> None:
    limits = RateLimits(QUOTAS, None, Clock(NOW))
    assert await admitted(limits, quota, quota.requests + 20) == quota.requests


@pytest.mark.parametrize("quota", [SMALL, LARGE])
async def test_quota_is_shared_when_several_processes_count_in_redis(quota: Quota) -> None:
    redis, clock = Redis(), Clock(NOW)
    one, other = redis.limits(clock), redis.limits(clock)
    through = 0
    for _ in range(quota.requests):
        through += await admitted(one, quota, 1) + await admitted(other, quota, 1)
    assert quota.requests - quota.share <= through <= quota.requests


@pytest.mark.parametrize("quota", [SMALL, LARGE])
async def test_another_process_has_its_part_when_a_crowd_of_requests_meets_one(quota: Quota) -> None:
    redis, clock = Redis(), Clock(NOW)
    one, other = redis.limits(clock), redis.limits(clock)
    crowd = quota.requests // 2
    assert sum(await asyncio.gather(*(admitted(one, quota, 1) for _ in range(crowd)))) == crowd
    assert await admitted(other, quota, crowd) >= crowd - quota.share


async def test_caller_is_let_through_again_when_the_next_window_begins() -> None:
    clock = Clock(NOW)
    limits = RateLimits(QUOTAS, None, clock)
    assert await admitted(limits, SMALL, 11) == 10
    clock.advance(timedelta(seconds=1.4))
    assert await admitted(limits, SMALL, 1) == 0
    clock.advance(timedelta(seconds=0.1))
    assert await admitted(limits, SMALL, 11) == 10


async def test_others_are_let_through_when_one_caller_has_used_up_its_quota() -> None:
    limits = RateLimits(QUOTAS, None, Clock(NOW))
    await admitted(limits, SMALL, 11)
    assert await admitted(limits, SMALL, 5, caller="c-2") == 5
    assert await admitted(limits, LARGE, 5) == 5


async def test_redis_is_not_asked_when_the_quota_is_known_to_be_used_up() -> None:
    redis = Redis()
    limits = redis.limits(Clock(NOW))
    await admitted(limits, SMALL, 11)
    asked = redis.asked
    assert await admitted(limits, SMALL, 1_000) == 0
    assert redis.asked == asked


async def test_redis_is_asked_for_a_part_at_once_when_the_quota_is_large() -> None:
    redis = Redis()
    await admitted(redis.limits(Clock(NOW)), LARGE, 1_000)
    assert redis.asked == 50


async def test_process_counts_for_itself_when_redis_goes_away() -> None:
    redis = Redis()
    limits = redis.limits(Clock(NOW))
    assert await admitted(limits, SMALL, 4) == 4
    redis.away = True
    assert await admitted(limits, SMALL, 20) == 6


async def test_caller_is_told_what_is_left_and_when_to_come_back() -> None:
    limits = RateLimits(QUOTAS, None, Clock(NOW))
    assert await limits.admit(SMALL, "c-1") == (9, 2)
    await admitted(limits, SMALL, 9)
    with pytest.raises(TooManyRequests) as refusal:
        await limits.admit(SMALL, "c-1")
    assert refusal.value.headers == {
        "Retry-After": "2",
        "RateLimit-Policy": '"small";q=10;w=2',
        "RateLimit": '"small";r=0;t=2',
    }


def test_quota_is_read_as_the_library_writes_it() -> None:
    assert Quota.parse("customer", "100/2 seconds") == Quota("customer", 100, 2)
    assert Quota.parse("refused", "20 per minute") == Quota("refused", 20, 60)
    with pytest.raises(ValueError, match="couldn't parse"):
        Quota.parse("customer", "many")
