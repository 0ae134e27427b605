"""Parts that are away for a while, and always come back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ops.stack.lifecycle import Stack


@asynccontextmanager
async def away(stack: Stack, part: str) -> AsyncGenerator[None]:
    """The part is stopped inside, and ready again afterwards, whatever happened."""
    await asyncio.to_thread(stack.stop, part)
    try:
        yield
    finally:
        await asyncio.to_thread(stack.start, part)
