"""How soon the simulation finds each mutant."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context

from tests.simulation.campaign import silence
from tests.simulation.case import play
from tests.simulation.mutants import MUTANTS, Mutant

SEEDS_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class Hunt:
    """`seeds` were played, the last of them came out `wrong`: its first sentence, or None. `excuse` says why that does
    not count: the seed is wrong without the mutant too, or the mutant crashed where it should break a promise.
    """

    race: int
    name: str
    seeds: int
    wrong: str | None
    excuse: str | None = None

    @property
    def found(self) -> bool:
        return self.wrong is not None and self.excuse is None

    @property
    def told(self) -> str:
        """In one line: what was found, or why nothing was."""
        wrong = " ".join((self.wrong or "").split())[:100]
        return wrong if self.found else f"NOT FOUND {self.excuse or ''} {wrong}".rstrip()

    def __str__(self) -> str:
        return f"{self.race:4}  {self.name:<58} {self.seeds:5}  {self.told}"


def hunt_all() -> Sequence[Hunt]:
    """Every mutant, on all cores."""
    with get_context("spawn").Pool(os.cpu_count(), initializer=silence) as pool:
        return list(pool.imap(_hunt, range(len(MUTANTS))))


def hunt(mutant: Mutant) -> Hunt:
    """Plays seeds until one is wrong because of the mutant."""
    for seed in range(SEEDS_AT_MOST):
        with mutant.patch():
            outcome = play(seed)
        if outcome.wrong:
            return Hunt(mutant.race, mutant.name, seed + 1, outcome.wrong[0], _excuse(seed, outcome.crashed))
    return Hunt(mutant.race, mutant.name, SEEDS_AT_MOST, None)


def table(hunts: Sequence[Hunt]) -> str:
    heading = f"{'race':>4}  {'mutant':<58} {'seeds':>5}  found by"
    return "\n".join([heading, *map(str, hunts)])


def _hunt(index: int) -> Hunt:
    return hunt(MUTANTS[index])


def _excuse(seed: int, crashed: bool) -> str | None:
    if crashed:
        return "(it crashed and broke no promise)"
    return "(the seed is wrong without it)" if play(seed).wrong else None
