"""A failing seed becomes a story that a person can read, and the same one every time."""

import pytest

from tests.simulation.case import play, replay
from tests.simulation.mutants import MUTANTS
from tests.simulation.shrinking import Shrinking
from tests.simulation.story import tell

SHORT = 8


# A wait, a race for money, one of arrival, a lost COMMIT that cannot be looked up, and a provider that says nothing.
@pytest.mark.parametrize(
    ("race", "name", "what_happens", "wrong"),
    [
        (25, "orders expire that nobody could hear of", "order.cancelled of #", "race 25: #"),
        (6, "a charge that a cancel overtook is kept", "payment.cancellation_requested of #", "I3: order #"),
        (12, "a reservation that was released counts", "stock_released of #", "order #"),
        (24, "what nobody could look up counts as not done", "is cut off after COMMIT", "race 24: "),
        (
            8,
            "no answer is taken for a refusal to refund",
            "the provider loses its answer",
            "I4: payment of #",
        ),
    ],
)
def test_story_is_short_and_names_what_is_wrong_when_a_seed_fails(
    race: int, name: str, what_happens: str, wrong: str
) -> None:
    [mutant] = [mutant for mutant in MUTANTS if (mutant.race, mutant.name) == (race, name)]
    with mutant.patch():
        outcome = next(outcome for seed in range(100) if (outcome := play(seed)).wrong)
        shortest = Shrinking(outcome.wrong).shortest(outcome.case)
        story = tell(shortest)

        assert len(shortest.acts) <= SHORT, story
        assert what_happens in story
        assert f"WRONG: {wrong}" in story
        assert story == tell(Shrinking(outcome.wrong).shortest(outcome.case))


def test_replay_comes_to_the_same_when_nothing_is_left_out() -> None:
    outcome = play(7)
    again = replay(outcome.case)
    assert (again.races, again.orders, again.faults) == (outcome.races, outcome.orders, outcome.faults)
    assert list(again.wrong) == list(outcome.wrong) == []
