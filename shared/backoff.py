"""How long to wait before something that failed is tried again."""

from datetime import timedelta
from random import uniform

FIRST_PAUSE = timedelta(milliseconds=100)
LONGEST_PAUSE = timedelta(seconds=5)
# Far beyond every longest pause; so the power stays a number that can be multiplied.
_DOUBLED_AT_MOST = 30


def pause_after(
    failures: int, first: timedelta = FIRST_PAUSE, longest: timedelta = LONGEST_PAUSE
) -> timedelta:
    """After so many failures in a row: `first`, doubled with each up to `longest`, less up to half at random.

    At random, so that those who lost the same server do not all come back to it at one moment.
    """
    return min(first * 2 ** min(failures - 1, _DOUBLED_AT_MOST), longest) * uniform(0.5, 1.0)
