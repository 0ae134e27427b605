"""Order numbers such as EF-7K3Q9M: a scrambled sequence, so they neither collide nor tell how many orders there are.

Random ones of six characters would collide hundreds of times in a million (docs/specification.md, "Numbers").
"""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.faults import translated

# These are on disk in every order's number. Changing any of them would make numbers collide with older ones.
PREFIX = "EF-"
BLOCK = 500
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O or U
_BITS_PER_CHARACTER = 5
_SHORTEST = 6
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)

_NEXT_BLOCK = text("SELECT nextval('order_number_blocks')")

FetchBlock = Callable[[], Awaitable[int]]


def number(place: int) -> str:
    """The number of the order at `place` (from 0) of the sequence; six characters for the first 32^6, then seven."""
    width = _SHORTEST
    while place >= 32**width:
        place -= 32**width
        width += 1
    scrambled = _scrambled(place, width * _BITS_PER_CHARACTER)
    characters = [
        _ALPHABET[scrambled >> shift & 31]
        for shift in range(0, width * _BITS_PER_CHARACTER, _BITS_PER_CHARACTER)
    ]
    return PREFIX + "".join(reversed(characters))


def _scrambled(value: int, bits: int) -> int:
    """A bijection on numbers of so many bits: multiplying by an odd number and folding high bits down both are."""
    mask = (1 << bits) - 1
    for multiplier in _MULTIPLIERS:
        value = value * multiplier + multiplier & mask
        value ^= value >> bits // 2
    return value


class OrderNumbers:
    """Hands out numbers, each once in the life of the database, at one query per block.

    What is left of a block when the process ends is never used: numbers have gaps.
    """

    def __init__(self, fetch_block: FetchBlock) -> None:
        self._fetch_block = fetch_block
        self._next = self._end = 0
        self._fetching = asyncio.Lock()

    async def take(self) -> str:
        """A number that nobody else gets. Raises Unavailable when a new block cannot be had."""
        while self._next == self._end:
            async with self._fetching:
                if self._next == self._end:
                    start = await self._fetch_block() * BLOCK
                    self._next, self._end = start, start + BLOCK
        taken = self._next
        self._next += 1
        return number(taken)


def blocks_of(engine: AsyncEngine) -> FetchBlock:
    """Blocks from the database's sequence, which never gives one twice once that is committed."""

    async def fetch() -> int:
        with translated():
            async with engine.begin() as connection:
                return (await connection.execute(_NEXT_BLOCK)).scalar_one()

    return fetch
