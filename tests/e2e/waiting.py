"""Waiting for what has to happen: with a deadline, and an error that says what was waited for and what was there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Seen = TypeVar("Seen")

LOOK_EVERY = 0.05


class NotYet(Exception):
    """What was looked at is not there yet; the message says what is there instead."""


async def until(
    what: str, look: Callable[[], Awaitable[Seen]], *, within: float, every: float = LOOK_EVERY
) -> Seen:
    """What `look` returns once it no longer raises NotYet. AssertionError after `within` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        try:
            return await look()
        except NotYet as there:
            if loop.time() > deadline:
                raise AssertionError(f"{what}: not within {within:.0f} s; {there}") from None
        await asyncio.sleep(every)
