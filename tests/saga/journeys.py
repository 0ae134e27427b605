"""One story told in any order: who goes next, what is repeated and what gets lost is all drawn from one chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from shared.testing.broker import Delivery
from tests.saga.machinery import Step
from tests.saga.shop import Shop

# No story of these tests needs more; one that does not come to an end is a defect.
_STEPS_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that people or the clock do once, as soon as it is `possible` and their turn comes."""

    name: str
    do: Callable[[Shop], object]
    possible: Callable[[Shop], bool] = lambda _: True


class Journey:
    """Takes a shop from here to where nothing is left to do. `mishaps` bounds what is repeated, lost or batched."""

    def __init__(self, shop: Shop, deeds: Iterable[Deed], chance: Random, *, mishaps: int) -> None:
        self.story: list[str] = []
        """What happened, step by step: for people who look at a failure."""
        self._shop = shop
        self._deeds = list(deeds)
        self._chance = chance
        self._mishaps = mishaps

    def run(self) -> None:
        for _ in range(_STEPS_AT_MOST):
            steps = [*self._shop.steps(), *self._mishaps_now(), *self._deeds_now()]
            if steps:
                step = self._chance.choice(steps)
                self.story.append(step.name)
                step.take()
            elif not self._shop.wait_for_the_provider():
                return
        raise AssertionError("this comes to no end")

    def _deeds_now(self) -> list[Step]:
        return [
            Step(deed.name, lambda deed=deed: self._do(deed))
            for deed in self._deeds
            if deed.possible(self._shop)
        ]

    def _do(self, deed: Deed) -> None:
        self._deeds.remove(deed)
        deed.do(self._shop)

    def _mishaps_now(self) -> list[Step]:
        """What a crash at the wrong moment, a slow network or a busy queue makes of it."""
        if not self._mishaps:
            return []
        shop = self._shop
        relays = [
            Step(f"{s.name} relay dies before its checkpoint", lambda s=s: self._count(s.publish))
            for s in shop.services
            if s.has_news
        ]
        slow = [
            Step(f"{s.name} relay tells one event", lambda s=s: self._count(lambda: s.relay(at_most=1)))
            for s in shop.services
            if s.has_news
        ]
        repeats = [
            Step(
                f"{d.type} to {d.service}, not acknowledged",
                lambda d=d: self._count(lambda: shop.arrive_again(d)),
            )
            for d in shop.broker.deliveries
        ]
        late = [
            Step(f"{d.type} to {d.service}, again", lambda d=d: self._count(lambda: shop.arrive_again(d)))
            for d in shop.broker.routed[-5:]
        ]
        batches = [
            Step(f"{s.name} takes all at once", lambda name=s.name: self._count(lambda: self._batch(name)))
            for s in shop.services
            if len(shop.broker.waiting(s.name)) > 1
        ]
        lost = (
            [Step("answers lost", lambda: self._count(shop.till.lose_answers))] if shop.till.answers() else []
        )
        return [*relays, *slow, *repeats, *late, *batches, *lost]

    def _count(self, mishap: Callable[[], object]) -> None:
        self._mishaps -= 1
        mishap()

    def _batch(self, service: str) -> None:
        waiting: list[Delivery] = self._shop.broker.waiting(service)
        self._chance.shuffle(waiting)
        self._shop.service(service).hear(*waiting)
