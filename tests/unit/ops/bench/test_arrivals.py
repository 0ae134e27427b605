"""When requests arrive."""

from ops.bench.arrivals import arrivals


def test_arrivals_rise_and_stay_within_the_load() -> None:
    times = arrivals(200, 5, seed=1)
    assert len(times) == 1_000
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 5


def test_arrivals_are_the_same_when_the_seed_is() -> None:
    assert arrivals(50, 2, seed=1) == arrivals(50, 2, seed=1)
    assert arrivals(50, 2, seed=1) != arrivals(50, 2, seed=2)
