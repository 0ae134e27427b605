"""It bites: every way of breaking production code is found by seeds that are right without it."""

from collections.abc import Callable

import pytest

from tests.simulation.biting import hunt
from tests.simulation.conftest import SHOWN
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.patching import mutated
from tests.simulation.races import RACES


# A second or two each; some need fifty seeds, on a machine where others work.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_is_found(mutant: Mutant, record_property: Callable[[str, object], None]) -> None:
    hunted = hunt(mutant)
    record_property(SHOWN, str(hunted))
    assert hunted.found, str(hunted)


def test_mutants_of_every_race_when_none_is_left_out() -> None:
    assert {mutant.race for mutant in MUTANTS} >= set(RACES)
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def _fits_no_more(_: object) -> Callable[[], None]:
    return lambda: None


@pytest.mark.parametrize(
    "where",
    [
        "payment_service.domain.decisions:_record",  # raises where the handling turns it into an outcome
        "payment_service.reactions:REACTIONS[OrderCreated]",  # raises in the consumer
        "payment_service.charging:ask",  # raises in the till
    ],
)
def test_mutant_is_not_found_when_it_crashes(where: str) -> None:
    hunted = hunt(Mutant(0, "fits no more", mutated(where, _fits_no_more)))
    assert hunted.wrong is not None
    assert "TypeError" in hunted.wrong
    assert not hunted.found
    assert "NOT FOUND (it crashed" in str(hunted)
