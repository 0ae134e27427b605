"""Two processes at once: every way in which the second can come in between the first one's steps."""

from collections.abc import Callable, Sequence
from typing import Any

from shared.testing.stepping import Run, interleave

# More than any transaction has; a late enough second simply comes after the first.
EVERY_MOMENT = range(16)


def race(moment: int, first: Run[Any], second: Run[Any]) -> None:
    """The first takes `moment` steps, then the second goes on as far as it can, then whoever can."""
    interleave([first, second], _after(moment))


def _after(moment: int) -> Callable[[Sequence[Run[Any]]], Run[Any]]:
    taken = 0

    def choose(ready: Sequence[Run[Any]]) -> Run[Any]:
        nonlocal taken
        taken += 1
        return ready[0] if taken <= moment else ready[-1]

    return choose
