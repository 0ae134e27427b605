"""A scenario played: the order placed, what is to be done to it done, and every step told, until it has ended."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ops.desks import Json, Refused
from ops.orders import LOOK_EVERY, Order, OrderDesk
from ops.story.archive import Archive, Story
from ops.story.explanation import explain
from ops.story.live import LiveStory
from ops.story.scenarios import Act, Scenario
from ops.story.shelf import Shelf
from ops.story.situation import Situation, Surroundings
from ops.story.timeline import Row, document
from ops.story.waits import waits

PATIENCE = 20.0
# A product can be ordered 2 s after it is there.
ORDERABLE_WITHIN = 10.0

Tell = Callable[[Sequence[Row]], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario; `hitch` says why it did not come to an end in time."""

    scenario: Scenario
    situation: Situation
    seconds: float
    hitch: str | None

    @property
    def as_announced(self) -> bool:
        return self.hitch is None and self.scenario.end.is_that_of(self.situation)

    @property
    def statuses(self) -> tuple[str, str, str]:
        """Of the order, its payment and its reservation."""
        order = self.situation.story.order or {}
        return order.get("status", "-"), self.situation.payment or "-", self.situation.reservation or "-"

    def document(self) -> Json:
        order, payment, reservation = self.statuses
        end = self.scenario.end
        return {
            "scenario": self.scenario.title,
            "announced": {
                "order": end.order,
                "payment": sorted(end.payment),
                "reservation": end.reservation,
            },
            "ended": {"order": order, "payment": payment, "reservation": reservation},
            "as_announced": self.as_announced,
            "hitch": self.hitch,
            "seconds": round(self.seconds, 3),
            "timeline": document(self.situation.story),
        }


class Stage:
    """Plays on the services of this home; `tell` gets the lines of each story while it happens."""

    def __init__(self, desk: OrderDesk, archive: Archive, shelf: Shelf, tell: Tell) -> None:
        self._desk = desk
        self._archive = archive
        self._shelf = shelf
        self._tell = tell

    def place(self, scenario: Scenario) -> Order:
        """The order as accepted. StackError when it is not."""
        item = self._shelf.more_than_there_is() if scenario.sold_out else self._shelf.one()
        request: dict[str, object] = {
            "items": [item],
            "currency": "USD",
            "payment_method": scenario.payment_method,
            "customer_id": "demo-customer",
        }
        deadline = time.monotonic() + ORDERABLE_WITHIN
        while True:
            try:
                return self._desk.place(request)
            except Refused as refusal:
                if refusal.status != 422 or time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_EVERY)

    def play(self, scenario: Scenario, order: Order) -> Played:
        """Returns when the order, just placed for it, has ended, or has not within 20 s.

        StackError when a service refuses its part or is silent when it is its turn.
        """
        began = time.monotonic()
        told = LiveStory()
        acts = list(scenario.acts)
        while acts and acts[0].after == "order.created":
            # It was accepted, so that is there: no time to lose by looking.
            self._do(acts.pop(0), order["id"])
        while True:
            story = self._archive.story(order["id"])
            self._tell(told.news(story))
            situation = Situation(story, Surroundings(), datetime.now(UTC))
            elapsed = time.monotonic() - began
            if acts and _has_come(acts[0], story):
                self._do(acts.pop(0), order["id"])
            elif not acts and not waits(situation):
                return Played(scenario, situation, elapsed, None)
            elif elapsed > PATIENCE:
                return Played(scenario, situation, elapsed, _hitch(situation, acts))
            else:
                time.sleep(LOOK_EVERY)

    def _do(self, act: Act, order_id: str) -> None:
        if act.deed == "cancel":
            self._desk.cancel(order_id, "customer_request")
        else:
            self._desk.step(order_id, act.deed)


def _has_come(act: Act, story: Story) -> bool:
    return any(event.type == act.after for event in story.events)


def _hitch(situation: Situation, acts: Sequence[Act]) -> str:
    if acts:
        return f"{acts[0].after} did not come within {PATIENCE:.0f} s"
    found = explain(situation)
    told = [*found.waits_for, *found.obstacles]
    return f"not within {PATIENCE:.0f} s: it waits for {told[0].text}"
