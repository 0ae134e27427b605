"""It bites: every way of breaking production code is found by seeds that are right without it."""

import sys

import pytest

from tests.simulation.biting import find_all, table
from tests.simulation.mutants import MUTANTS
from tests.simulation.races import RACES


@pytest.mark.timeout(3_600)
def test_every_mutant_is_found() -> None:
    found = find_all()
    sys.stdout.write(f"{table(found)}\n")
    assert [str(mutant) for mutant in found if mutant.wrong is None] == []


def test_a_mutant_for_every_race() -> None:
    assert {mutant.race for mutant in MUTANTS} >= set(RACES)
