"""A process's rate limits, as its settings say."""

from collections.abc import Callable
from datetime import datetime

from shared.http.quotas import RateLimits
from shared.http.shared_counts import SharedCounts
from shared.runtime.settings import LimitSettings


def limits_of(settings: LimitSettings, clock: Callable[[], datetime]) -> RateLimits:
    """To be closed when the process ends."""
    url = settings.redis_url
    return RateLimits(settings.quotas, SharedCounts(url.get_secret_value()) if url else None, clock)
