"""The highest rate that is sustained: short loads find it, and it has to hold for a whole one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from ops.bench.load import Load, Watch, drive
from ops.bench.subject import Subject
from ops.stack.waiting import Say

FIRST_RATE = 200.0
LOWEST_RATE = 50.0
GROWTH = 1.6
PRECISION = 1.08
STEP_SECONDS = 8.0
# A rate that held for a step may not hold for long; so much less is tried then, and so often.
RETREAT = 0.93
RETREATS = 4


@dataclass
class RateSearch:
    """Up by `GROWTH` until a rate fails, then between the two, until they are within `PRECISION` of each other."""

    held: float = 0.0
    failed: float | None = None

    @property
    def next(self) -> float | None:
        """The rate to try; None when it is known well enough."""
        if self.failed is None:
            return self.held * GROWTH if self.held else FIRST_RATE
        if self.held:
            return None if self.failed <= self.held * PRECISION else sqrt(self.held * self.failed)
        return max(LOWEST_RATE, self.failed / GROWTH) if self.failed > LOWEST_RATE else None

    def learn(self, rate: float, *, sustained: bool) -> None:
        if sustained:
            self.held = rate
        else:
            self.failed = rate


async def search(subjects: Sequence[Subject], say: Say, watch: Watch) -> list[float]:
    """The highest rate of each; step by step in turn, so that they meet the same machine."""
    searches = [RateSearch() for _ in subjects]
    seed = 0
    while any(each.next for each in searches):
        for subject, each in zip(subjects, searches, strict=True):
            if (rate := each.next) is not None:
                seed += 1
                load = await _driven(subject, rate, STEP_SECONDS, seed, say, watch)
                each.learn(rate, sustained=load.figures.sustained)
    return [each.held or LOWEST_RATE for each in searches]


async def hold(subject: Subject, rate: float, seconds: float, say: Say, watch: Watch) -> Load:
    """A whole load at this rate, or at the next lower one that is sustained; after so many, the last as it was."""
    load = await _driven(subject, rate, seconds, 0, say, watch)
    for attempt in range(1, RETREATS + 1):
        if load.figures.sustained:
            break
        rate *= RETREAT
        load = await _driven(subject, rate, seconds, attempt, say, watch)
    return load


async def _driven(subject: Subject, rate: float, seconds: float, seed: int, say: Say, watch: Watch) -> Load:
    load = await drive(subject, rate, seconds, seed=seed, watch=watch)
    figures = load.figures
    kept = "sustained" if figures.sustained else "not sustained"
    say(
        f"{subject.name}: {rate:.0f} orders/s for {seconds:.0f} s: {figures.confirmed_per_s:.0f}/s confirmed, "
        f"{figures.backlog_s:.1f} s of work left, {kept}"
    )
    return load
