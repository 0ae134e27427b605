"""Waiting for what has to happen, with a deadline: no test sleeps and hopes."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any


async def until(condition: Callable[[], Any | Awaitable[Any]], within: float = 10.0) -> Any:
    """What the condition returns once it is truthy. Raises TimeoutError with its last value."""
    found: Any = None
    try:
        async with asyncio.timeout(within):
            while True:
                found = condition()
                if inspect.isawaitable(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise TimeoutError(f"not within {within} s; last seen: {found!r}") from None
