"""The search for the highest rate that is sustained, over machines that we know."""

import pytest

from ops.bench.searching import LOWEST_RATE, PRECISION, RateSearch


def searched(capacity: float) -> tuple[RateSearch, list[float]]:
    """A search on a machine that sustains up to `capacity`, and the rates that it tried."""
    search = RateSearch()
    tried: list[float] = []
    while (rate := search.next) is not None:
        tried.append(rate)
        search.learn(rate, sustained=rate <= capacity)
    return search, tried


@pytest.mark.parametrize("capacity", [60, 150, 333, 1_000, 1_640, 4_000])
def test_rate_found_is_close_below_what_the_machine_sustains(capacity: float) -> None:
    search, tried = searched(capacity)
    assert capacity / PRECISION <= search.held <= capacity
    assert len(tried) <= 12


def test_search_ends_without_a_rate_when_nothing_is_sustained() -> None:
    search, tried = searched(0)
    assert search.held == 0
    assert min(tried) >= LOWEST_RATE
