"""Waiting for parts: patiently, out loud, and with a reason when it was in vain."""

import time
from collections.abc import Callable

from ops.stack.errors import PartFailed
from ops.stack.parts import Part

PATIENCE = 180.0
SAY_EVERY = 5.0
LOOK_EVERY = 0.1

Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Says nothing."""


def wait_until_ready(
    part: Part,
    say: Say = quiet,
    *,
    gone: Callable[[], str | None] = lambda: None,
    patience: float = PATIENCE,
) -> None:
    """Returns when the part serves; says every 5 s for what it waits.

    `gone` tells early that waiting is in vain (why, else None). PartFailed with the part, the reason, what to do
    and its last 20 log lines.
    """
    began = said = time.monotonic()
    while (reason := part.probe()) is not None:
        now = time.monotonic()
        if ended := gone():
            raise PartFailed(
                f"{part.name} did not start: {ended}; correct what its log says and run the command again.",
                part.last_lines(),
            )
        if now - began > patience:
            raise PartFailed(
                f"{part.name} was not ready after {patience:.0f} s: {reason}; "
                f"correct that and run the command again.",
                part.last_lines(),
            )
        if now - said >= SAY_EVERY:
            said = now
            say(f"waiting for {part.name} ({now - began:.0f} s): {reason}")
        time.sleep(LOOK_EVERY)
