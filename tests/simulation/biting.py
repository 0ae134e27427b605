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
class Found:
    """`seeds` were played, the last of them found it: `wrong` is the first sentence. None when none of them did."""

    race: int
    name: str
    seeds: int
    wrong: str | None

    def __str__(self) -> str:
        wrong = " ".join(self.wrong.split()) if self.wrong else "NOT FOUND"
        return f"{self.race:4}  {self.name:<58} {self.seeds:5}  {wrong[:100]}"


def find_all() -> Sequence[Found]:
    """Every mutant, with how many seeds it took. The seed that finds one is right without it."""
    with get_context("spawn").Pool(os.cpu_count(), initializer=silence) as pool:
        return list(pool.imap(_find, range(len(MUTANTS))))


def table(found: Sequence[Found]) -> str:
    heading = f"{'race':>4}  {'mutant':<58} {'seeds':>5}  found by"
    return "\n".join([heading, *map(str, found)])


def _find(index: int) -> Found:
    mutant: Mutant = MUTANTS[index]
    for seed in range(SEEDS_AT_MOST):
        with mutant.patch():
            outcome = play(seed)
        if outcome.wrong:
            right = not play(seed).wrong
            return Found(mutant.race, mutant.name, seed + 1, outcome.wrong[0] if right else None)
    return Found(mutant.race, mutant.name, SEEDS_AT_MOST, None)
