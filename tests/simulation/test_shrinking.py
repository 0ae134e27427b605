"""A failing seed becomes a story that a person can read, and the same one every time."""

from tests.simulation.case import play, replay
from tests.simulation.mutants import MUTANTS
from tests.simulation.shrinking import Shrinking
from tests.simulation.story import tell

SHORT = 8


def test_story_is_short_and_names_what_is_wrong_when_a_seed_fails() -> None:
    [mutant] = [mutant for mutant in MUTANTS if mutant.race == 25]
    with mutant.patch():
        outcome = next(outcome for seed in range(100) if (outcome := play(seed)).wrong)
        shortest = Shrinking(outcome.wrong).shortest(outcome.case)
        story = tell(shortest)

        assert len(shortest.acts) <= SHORT
        assert "order.cancelled of #" in story
        assert "WRONG: race 25: #" in story
        assert story == tell(Shrinking(outcome.wrong).shortest(outcome.case))


def test_replay_comes_to_the_same_when_nothing_is_left_out() -> None:
    outcome = play(7)
    again = replay(outcome.case)
    assert (again.races, again.orders, again.faults) == (outcome.races, outcome.orders, outcome.faults)
    assert list(again.wrong) == list(outcome.wrong) == []
