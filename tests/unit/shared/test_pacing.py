"""How long a step rests between two batches."""

from time import perf_counter

import pytest

from shared.pacing import LONGEST_SECONDS, RATIO, rest


def test_no_rest_when_one_input_came_alone() -> None:
    with pytest.raises(StopIteration):
        rest(perf_counter() - 1.0, 1).send(None)


@pytest.mark.parametrize(("took", "rested"), [(0.01, 0.01 * RATIO), (10.0, LONGEST_SECONDS)])
async def test_rest_follows_the_length_of_the_batch_up_to_the_longest(took: float, rested: float) -> None:
    ended = perf_counter()
    await rest(ended - took, 2)
    assert perf_counter() - ended >= rested * 0.9
