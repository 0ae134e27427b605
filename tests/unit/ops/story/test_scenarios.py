"""The demo's announcements: each is an end that the explanation knows."""

from datetime import timedelta
from typing import Any

import pytest

from ops.story.archive import Story
from ops.story.explanation import explain
from ops.story.playing import Played
from ops.story.scenarios import SCENARIOS, Scenario
from ops.story.situation import Situation, Surroundings
from tests.unit.ops.story.told import PLACED, cancelled


def situation(order: str, payment: str, reservation: str) -> Situation:
    resource = {
        "number": "EF-7K3Q9M", "status": order, "payment_status": payment, "stock_status": reservation,
        "reason": None, "id": "order-1", "created_at": PLACED.isoformat(), "updated_at": PLACED.isoformat(),
    }  # fmt: skip
    paying: dict[str, Any] = {
        "status": payment,
        "refund_pending": 0,
        "refunds": [],
        "captured": 0,
        "cancel_requested": True,
    }
    story = Story("order-1", resource, paying, {"status": reservation}, tuple(cancelled()), {})
    return Situation(story, Surroundings(), PLACED + timedelta(minutes=1))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_nothing_is_waited_for_at_the_announced_end(scenario: Scenario) -> None:
    for payment in scenario.end.payment:
        there = situation(scenario.end.order, payment, scenario.end.reservation)
        assert explain(there).ended
        assert Played(scenario, there, 0.5, None).as_announced


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_it_is_not_as_announced_when_anything_differs_or_it_did_not_end(scenario: Scenario) -> None:
    payment = min(scenario.end.payment)
    elsewhere = situation("PENDING", payment, scenario.end.reservation)
    unpaid = situation(scenario.end.order, "PENDING", scenario.end.reservation)
    unreserved = situation(scenario.end.order, payment, "unknown")
    there = situation(scenario.end.order, payment, scenario.end.reservation)
    assert not any(Played(scenario, one, 0.5, None).as_announced for one in (elsewhere, unpaid, unreserved))
    assert not Played(scenario, there, 20.0, "not within 20 s").as_announced
