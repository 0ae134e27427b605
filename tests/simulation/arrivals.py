"""In which order the services hear what comes into their queues, and what of that is out of order."""

from bisect import bisect_right, insort
from collections import Counter, defaultdict

from tests.simulation.faults import LATE, OVERTAKEN, REPEATED

# So many younger messages heard first, and a message counts as delayed, not just as overtaken.
MANY = 10


class Arrivals:
    """Messages are numbered as they came. What is out of order is counted in `faults`."""

    def __init__(self, faults: Counter[str]) -> None:
        self._faults = faults
        self._heard: defaultdict[str, list[int]] = defaultdict(list)

    def heard(self, service: str, number: int) -> None:
        known = self._heard[service]
        younger = len(known) - (at := bisect_right(known, number))
        if at and known[at - 1] == number:
            self._faults[REPEATED] += 1
            return
        insort(known, number)
        self._faults[OVERTAKEN] += younger > 0
        self._faults[LATE] += younger >= MANY
