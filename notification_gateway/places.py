"""How many sockets there may be of those that were not let in yet, and of one subject."""

from collections import Counter
from collections.abc import Callable

from shared.identity.callers import CUSTOMER, Caller

MOST_STRANGERS = 200
MOST_OF_ONE_CUSTOMER, MOST_OF_ONE_SUBJECT = 20, 200


class Doorstep:
    """Sockets that were not let in. A newcomer that finds it full has the oldest dropped."""

    def __init__(self) -> None:
        self._drops: dict[str, Callable[[], None]] = {}

    def join(self, session: str, drop: Callable[[], None]) -> None:
        if len(self._drops) >= MOST_STRANGERS:
            self._drops.pop(next(iter(self._drops)))()
        self._drops[session] = drop

    def leave(self, session: str) -> None:
        self._drops.pop(session, None)


class Places:
    """Of each subject some sockets, of a customer fewer."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[str, str]] = {}
        self._taken: Counter[tuple[str, str]] = Counter()

    def take(self, session: str, caller: Caller) -> bool:
        """Whether there was one left."""
        holder = caller.role, caller.subject
        if self._taken[holder] >= (MOST_OF_ONE_CUSTOMER if caller.role == CUSTOMER else MOST_OF_ONE_SUBJECT):
            return False
        self._taken[holder] += 1
        self._holders[session] = holder
        return True

    def leave(self, session: str) -> None:
        holder = self._holders.pop(session, None)
        if holder is not None:
            self._taken[holder] -= 1
            if not self._taken[holder]:
                del self._taken[holder]
