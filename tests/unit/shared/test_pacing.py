"""How long a step rests between two batches."""

from time import perf_counter

import pytest

from shared.pacing import LONGEST_SECONDS, RATIO, rest


@pytest.mark.parametrize(("inputs", "full"), [(1, False), (200, True)])
def test_no_rest_when_a_larger_batch_cannot_come_of_it(inputs: int, *, full: bool) -> None:
    with pytest.raises(StopIteration):
        rest(perf_counter() - 1.0, inputs, full=full).send(None)


@pytest.mark.parametrize(("took", "rested"), [(0.01, 0.01 * RATIO), (1000.0, LONGEST_SECONDS)])
async def test_rest_follows_the_length_of_the_batch_up_to_the_longest(took: float, rested: float) -> None:
    ended = perf_counter()
    await rest(ended - took, 2, full=False)
    assert rested * 0.9 <= perf_counter() - ended < 30
