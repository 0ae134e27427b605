"""Rests between batches, so that what arrives meanwhile becomes one batch instead of several small ones.

Every batch has a price of its own: its statements, a COMMIT, a confirm, the processes that it wakes. A step that
starts again as soon as one input is there pays it far too often once the machine is busy, and all steps then take the
processor from each other: with rests, orders are confirmed in half the time (docs/adr/0018-resting-between-batches.md).
"""

import asyncio
from time import perf_counter

# So many times as long as the batch took, which grows with how busy the machine is.
RATIO = 3.0
LONGEST_SECONDS = 0.1


async def rest(began: float, inputs: int, *, full: bool) -> None:
    """Rests after a batch that began at `began` (of perf_counter).

    Not after one input, because nobody is in a queue, nor after a full batch: the next one would not be larger.
    """
    if inputs > 1 and not full:
        await asyncio.sleep(min(LONGEST_SECONDS, (perf_counter() - began) * RATIO))
