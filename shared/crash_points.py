"""Places where a process can be told to die, for the tests that prove that nothing is lost there.

`CRASH_ORDERS` names a directory, and only the chaos suite sets it; without it nothing here does anything. A file of
n bytes in that directory, named after a point, is an order: of all processes that share the directory, the one that
passes the point for the n-th time is gone as if by SIGKILL from outside, and the order with it.
"""

import os
import signal
from enum import StrEnum
from pathlib import Path

VARIABLE = "CRASH_ORDERS"


class CrashPoint(StrEnum):
    """MID_BATCH: rows are written and nothing is committed. COMMITTED: nobody has been told, nothing is published.

    PUBLISHED: the broker has confirmed what the checkpoint does not show. HANDLED: committed, not acknowledged.
    ANSWERED: the provider has moved money, and we have not written it down.
    """

    MID_BATCH = "mid_batch"
    COMMITTED = "committed"
    PUBLISHED = "published"
    HANDLED = "handled"
    ANSWERED = "answered"


def _orders() -> Path | None:
    directory = os.environ.get(VARIABLE)
    return Path(directory) if directory else None


_ORDERS = _orders()


def reached(point: CrashPoint) -> None:
    """Does not return when this process was told to die here."""
    if _ORDERS is not None and _is_told_to_die(_ORDERS / point):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_told_to_die(order: Path) -> bool:
    try:
        passings = order.stat().st_size
        if passings > 1:
            os.truncate(order, passings - 1)
            return False
        order.unlink()
    except FileNotFoundError:
        return False
    return True
