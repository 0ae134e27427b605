"""How often something may be done: a token bucket."""

from collections.abc import Callable
from time import monotonic


class Allowance:
    """`at_once` times, and again `per_second` later."""

    def __init__(self, at_once: int, per_second: float, clock: Callable[[], float] = monotonic) -> None:
        self._most = at_once
        self._per_second = per_second
        self._clock = clock
        self._left = float(at_once)
        self._counted = clock()

    def take(self) -> bool:
        """Whether it may be done now; only then it counts."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._counted) * self._per_second)
        self._counted = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
