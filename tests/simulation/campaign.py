"""Many seeds on all cores, and a report of what they came to."""

import gc
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from time import monotonic

import structlog

from tests.simulation.case import Outcome, play
from tests.simulation.faults import FAILURES, FAULTS
from tests.simulation.races import RACES

_SEEDS_AT_ONCE = 20


@dataclass
class Report:
    """`failing` are the seeds with the sentences of what is wrong; `races` counts what occurred, by number.

    `faults` counts everything that went wrong by name; `fewest_failures`, in any one seed, only what broke.
    """

    seeds: int = 0
    seconds: float = 0.0
    orders: int = 0
    acts: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    races: Counter[int] = field(default_factory=Counter[int])
    failing: dict[int, Sequence[str]] = field(default_factory=dict[int, Sequence[str]])
    fewest_orders: int = 1_000
    fewest_failures: int = 1_000

    def add(self, seed: int, outcome: Outcome) -> None:
        self.seeds += 1
        self.orders += outcome.orders
        self.acts += len(outcome.case.acts)
        self.faults.update(outcome.faults)
        self.races.update(outcome.races)
        if outcome.wrong:
            self.failing[seed] = outcome.wrong
        else:
            self.fewest_orders = min(self.fewest_orders, outcome.orders)
            self.fewest_failures = min(self.fewest_failures, sum(outcome.faults[fault] for fault in FAILURES))

    def merge(self, other: "Report") -> None:
        self.seeds += other.seeds
        self.orders += other.orders
        self.acts += other.acts
        self.faults.update(other.faults)
        self.races.update(other.races)
        self.failing.update(other.failing)
        self.fewest_orders = min(self.fewest_orders, other.fewest_orders)
        self.fewest_failures = min(self.fewest_failures, other.fewest_failures)

    @property
    def headline(self) -> str:
        return (
            f"{self.seeds} seeds in {self.seconds:.0f} s ({self.seeds / self.seconds * 60:.0f} a minute),"
            f" {self.orders} orders, {self.acts} acts, {self.faults.total()} faults, {len(self.failing)} failing"
        )

    def __str__(self) -> str:
        lines = [
            self.headline,
            "race  occurred",
            *(f"{race:4}  {self.races[race]}" for race in RACES),
            f"{'fault':44}  occurred",
            *(f"{fault:44}  {self.faults[fault]}" for fault in FAULTS),
        ]
        return "\n".join(lines)


def campaign(seeds: Sequence[int], watch: Callable[[int, int], None] = lambda _, __: None) -> Report:
    """Plays all of them, or until one fails. `watch` is told now and then how many of how many are done."""
    report, began = Report(), monotonic()
    for part in _parts(seeds):
        report.merge(part)
        report.seconds = monotonic() - began
        watch(report.seeds, len(seeds))
        if report.failing:
            break
    return report


def _parts(seeds: Sequence[int]) -> Iterator[Report]:
    chunks = [seeds[first : first + _SEEDS_AT_ONCE] for first in range(0, len(seeds), _SEEDS_AT_ONCE)]
    with get_context("spawn").Pool(min(len(chunks), os.cpu_count() or 1), initializer=silence) as pool:
        yield from pool.imap_unordered(_play_all, chunks)


def _play_all(seeds: Sequence[int]) -> Report:
    report = Report()
    gc.disable()  # a world is small and soon gone: looking for its cycles only now and then saves a tenth of the time
    for seed in seeds:
        report.add(seed, play(seed))
    gc.enable()
    gc.collect()
    return report


def silence() -> None:
    """What the services log of simulated trouble is nobody's news."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
