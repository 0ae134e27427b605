"""Waits that end early when the process is told to stop."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress


async def pause_until(event: asyncio.Event, seconds: float) -> None:
    """Returns once `event` is set, or after so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


@contextmanager
def woken_by(stop: asyncio.Event, waiting: asyncio.Event) -> Generator[None]:
    """Inside the block `waiting` is set as well when `stop` is, so that one wait is for both."""

    async def wake() -> None:
        await stop.wait()
        waiting.set()

    waking = asyncio.create_task(wake())
    try:
        yield
    finally:
        waking.cancel()
