"""Who may ask how often. A quota holds for each caller in each window; windows begin at whole multiples of their length."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from limits import parse

from shared.http.problems import TooManyRequests
from shared.http.shared_counts import SharedCounts

# A process asks for such a part of a quota at once: callers with large ones cost no round trip for each request.
_SHARES = 50


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in each window of so many seconds, for each caller of this kind."""

    name: str
    requests: int
    seconds: int

    @classmethod
    def parse(cls, name: str, text: str) -> Quota:
        """As the library `limits` writes them: `100/2 seconds`, `10 per minute`. Raises ValueError."""
        item = parse(text)
        return cls(name, item.amount, item.get_expiry())

    @property
    def share(self) -> int:
        return max(1, self.requests // _SHARES)


@dataclass(frozen=True, slots=True)
class Quotas:
    """By kind of caller; `refused` are attempts with a token that is not valid, by address."""

    anonymous: Quota
    customer: Quota
    trusted: Quota
    refused: Quota


@dataclass(slots=True)
class _Share:
    """What one caller has in this window: `held` by this process, `beyond` for all; `asked` of it by this process.

    `asking`: a crowd of requests asks once. If each asked, a process would take what the others need.
    """

    held: int
    beyond: int
    asked: int = 0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class _Window:
    number: int = 0
    shares: dict[str, _Share] = field(default_factory=dict[str, _Share])


class RateLimits:
    """Counts requests against quotas; without `counts`, or while Redis is away, this process counts for itself."""

    def __init__(self, quotas: Quotas, counts: SharedCounts | None, clock: Callable[[], datetime]) -> None:
        self.quotas = quotas
        self._counts = counts
        self._clock = clock
        self._windows: dict[Quota, _Window] = {}

    async def admit(self, quota: Quota, caller: str) -> tuple[int, int]:
        """How many more may follow in this window, and in how many seconds it ends.

        Raises TooManyRequests, with the headers that tell when to come back.
        """
        number, into = divmod(self._clock().timestamp(), quota.seconds)
        rest = ceil(quota.seconds - into)
        window = self._windows.setdefault(quota, _Window())
        if window.number != number:
            window = self._windows[quota] = _Window(int(number))
        share = window.shares.get(caller)
        if share is None:
            share = window.shares[caller] = _Share(held=0, beyond=quota.requests)
        if not share.held:
            async with share.asking:
                if not share.held and share.beyond:
                    await self._ask(quota, f"{quota.name}:{caller}:{window.number}", share)
        if not share.held:
            raise TooManyRequests(
                f"{quota.requests} requests in {quota.seconds} s are allowed; the next one in {rest} s.",
                headers={"Retry-After": str(rest), **rate_limit_headers(quota, 0, rest)},
            )
        share.held -= 1
        return share.held + share.beyond, rest

    async def close(self) -> None:
        if self._counts is not None:
            await self._counts.close()

    async def _ask(self, quota: Quota, name: str, share: _Share) -> None:
        """Clocks differ a little, so Redis keeps a count for a window longer than it lasts."""
        share.asked += quota.share
        count = await self._counts.add(name, 2 * quota.seconds, quota.share) if self._counts else None
        used = share.asked if count is None else count
        share.held += max(0, min(quota.share, quota.requests - used + quota.share))
        share.beyond = max(0, quota.requests - used)


def rate_limit_headers(quota: Quota, remaining: int, rest: int) -> dict[str, str]:
    """`RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-11 has them."""
    return {
        "RateLimit-Policy": f'"{quota.name}";q={quota.requests};w={quota.seconds}',
        "RateLimit": f'"{quota.name}";r={remaining};t={rest}',
    }
