"""Two processes at once: every way in which the second can come in between the first one's steps."""

from typing import Any

from shared.testing.stepping import Run, interleave

EVERY_MOMENT = range(12)


def race(moment: int, first: Run[Any], second: Run[Any]) -> None:
    """The first takes `moment` steps, then the second goes on as far as it can, then whoever can."""
    for _ in range(moment):
        if first.at is not None:
            first.step()
    assert moment < EVERY_MOMENT[-1] or first.at is None, "there are more moments than these"
    interleave([first, second], lambda ready: ready[-1])
