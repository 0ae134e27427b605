"""Whether somebody who tries again and again has waited as `shared/backoff.py` promises."""

from collections.abc import Sequence
from datetime import timedelta

from shared.backoff import FIRST_PAUSE, LONGEST_PAUSE

# So many that by chance alone they are never all in one half of where they may be.
ENOUGH = 40


def assert_backoff(
    pauses: Sequence[timedelta], first: timedelta = FIRST_PAUSE, longest: timedelta = LONGEST_PAUSE
) -> None:
    """The pauses after the first ENOUGH failures or more: doubled from `first` to `longest`, less up to half at random."""
    assert len(pauses) >= ENOUGH
    shares = [pause / min(first * 2**doubled, longest) for doubled, pause in enumerate(pauses)]
    assert all(0.5 <= share <= 1 for share in shares), shares
    assert max(shares) - min(shares) > 0.25, shares
