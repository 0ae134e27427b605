import asyncio
import re
from itertools import count, pairwise

from hypothesis import given as for_all
from hypothesis import strategies as st

from order_service.numbers import BLOCK, OrderNumbers, number

SIX = 32**6
SEVEN = 32**7


def test_number_stays_what_it_is_when_it_is_computed_again() -> None:
    """They are on disk: these may never change."""
    known = {0: "EF-H14KBB", 1: "EF-GR2GS6", 2: "EF-06AAES", SIX - 1: "EF-ZPDVB2", SIX: "EF-9PQXGF3"}
    assert {place: number(place) for place in known} == known


def test_numbers_differ_when_places_differ() -> None:
    places = [*range(200_000), *range(SIX - 50_000, SIX + 50_000)]
    assert len({number(place) for place in places}) == len(places)


@for_all(st.sets(st.integers(0, SIX + SEVEN - 1), min_size=2, max_size=50))
def test_numbers_differ_when_places_are_anywhere(places: set[int]) -> None:
    assert len({number(place) for place in places}) == len(places)


@for_all(st.integers(0, SIX + SEVEN - 1))
def test_number_reads_well_when_it_is_made(place: int) -> None:
    length = 6 if place < SIX else 7
    assert re.fullmatch(rf"EF-[0-9A-HJKMNP-TV-Z]{{{length}}}", number(place))


def test_neighbours_share_no_pattern_when_they_are_compared() -> None:
    """Of six characters, neighbours have by chance 6/32 at the same place; a counter would have more than 5."""
    numbers = [number(place) for place in range(10_000)]
    same = sum(a == b for one, other in pairwise(numbers) for a, b in zip(one[3:], other[3:], strict=True))
    assert same / (len(numbers) - 1) < 0.3


async def test_every_number_is_handed_out_once_when_many_are_taken_at_once() -> None:
    blocks = count()

    async def fetch() -> int:
        block = next(blocks)
        await asyncio.sleep(0)
        return block

    one, other = OrderNumbers(fetch), OrderNumbers(fetch)
    taken = await asyncio.gather(*(source.take() for source in (one, other) for _ in range(3 * BLOCK)))

    assert set(taken) == {number(place) for place in range(6 * BLOCK)}
    assert len(taken) == 6 * BLOCK
