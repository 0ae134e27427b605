"""What a load comes to, from what was answered and seen."""

import pytest

from ops.bench.figures import Figures, figures_of, percentiles
from ops.bench.generator import Answers

BEGUN = 100.0


def load(seconds: float, confirmed_at: dict[str, float], *, rate: float = 1, refused: int = 0) -> Figures:
    """`rate` orders a second from the start on, each answered after 10 ms; `confirmed_at` in seconds after the start."""
    ids: list[str | None] = [f"order-{number}" for number in range(int(seconds * rate))]
    intended = [BEGUN + number / rate for number in range(len(ids))]
    statuses = [503 if number < refused else 201 for number in range(len(ids))]
    answers = Answers(intended, [time + 0.01 for time in intended], statuses, ids)
    seen = {order_id: BEGUN + at for order_id, at in confirmed_at.items()}
    return figures_of(answers, seen, rate=rate, seconds=seconds, begun=BEGUN)


def all_confirmed_after(delay: float, seconds: int, rate: float = 1) -> dict[str, float]:
    return {f"order-{number}": number / rate + delay for number in range(int(seconds * rate))}


def test_latencies_count_from_the_intended_moment() -> None:
    figures = load(10, all_confirmed_after(0.2, 10))
    assert figures.post_ms["p50"] == pytest.approx(10)
    assert figures.confirmed_ms["p99"] == pytest.approx(200)


def test_load_is_sustained_when_everything_was_confirmed_as_it_came() -> None:
    figures = load(10, all_confirmed_after(0.2, 10))
    assert (figures.confirmed_per_s, figures.backlog_s, figures.sustained) == (1.0, 0.0, True)


def test_load_is_not_sustained_when_a_second_of_work_was_left() -> None:
    figures = load(10, all_confirmed_after(5.5, 10))
    assert figures.confirmed == 10
    assert figures.confirmed_per_s == pytest.approx(0.5)
    assert figures.backlog_s == pytest.approx(10)
    assert not figures.sustained


def test_load_is_not_sustained_when_an_order_was_refused() -> None:
    assert load(10, all_confirmed_after(0.01, 10, 10), rate=10).sustained
    assert not load(10, all_confirmed_after(0.01, 10, 10), rate=10, refused=1).sustained


def test_load_is_not_sustained_when_an_order_was_never_confirmed() -> None:
    seen = all_confirmed_after(0.01, 10, 10)
    del seen["order-3"]
    figures = load(10, seen, rate=10)
    assert (figures.accepted, figures.confirmed, figures.sustained) == (100, 99, False)


def test_load_is_not_sustained_when_nothing_was_confirmed() -> None:
    figures = load(10, {})
    assert not figures.sustained
    assert figures.confirmed_ms == {}


def test_backlog_is_counted_second_by_second_until_all_are_confirmed() -> None:
    figures = load(4, {"order-0": 0.5, "order-1": 4.5, "order-2": 4.5, "order-3": 5.5})
    assert list(figures.backlog) == [1, 2, 3, 3, 1, 0]


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    assert percentiles([number / 1000 for number in range(1, 101)]) == {
        "p50": 50.0,
        "p90": 90.0,
        "p99": 99.0,
        "max": 100.0,
    }
    assert percentiles([0.007]) == {"p50": 7.0, "p90": 7.0, "p99": 7.0, "max": 7.0}
