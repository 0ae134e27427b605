"""Pauses between tries: they grow to a bound, and no two that lost the same server need come back together."""

from datetime import timedelta

from shared.backoff import LONGEST_PAUSE, pause_after
from shared.testing.pauses import ENOUGH, assert_backoff

SECOND = timedelta(seconds=1)


def test_pauses_double_to_their_bound_and_differ_when_failures_go_on() -> None:
    assert_backoff([pause_after(failures) for failures in range(1, ENOUGH + 1)])
    assert_backoff(
        [pause_after(failures, SECOND, 60 * SECOND) for failures in range(1, ENOUGH + 1)], SECOND, 60 * SECOND
    )


def test_pauses_differ_when_many_have_failed_as_often() -> None:
    firsts = [pause_after(1, SECOND) for _ in range(ENOUGH)]
    assert all(SECOND / 2 <= pause <= SECOND for pause in firsts)
    assert max(firsts) - min(firsts) > SECOND / 4


def test_pause_stays_at_its_bound_when_failures_never_end() -> None:
    assert LONGEST_PAUSE / 2 <= pause_after(1_000_000) <= LONGEST_PAUSE
