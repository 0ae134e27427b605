"""One story told in any order: who goes next, what is repeated and what gets lost is all drawn from one chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from shared.testing.broker import Delivery
from shared.testing.service import MemoryService
from tests.saga.machinery import Step
from tests.saga.shop import Shop

# No story of these tests needs more; one that does not come to an end is a defect.
_STEPS_AT_MOST = 2_000
# The share of messages that are slow, how many of the latest may be repeated, and of steps that are a process's last.
_SLOW = 0.25
_LATELY = 10
_DEATHS = 0.05


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
        self._slow: dict[Delivery, bool] = {}

    def run(self) -> None:
        for _ in range(_STEPS_AT_MOST):
            steps = self._in_time(self._shop.steps()) + self._mishaps_now() + self._deeds_now()
            if steps:
                step = self._chance.choice(steps)
                self.story.append(step.name)
                step.take()
            elif not self._shop.wait_for_the_provider():
                return
        raise AssertionError("this comes to no end")

    def _in_time(self, steps: list[Step]) -> list[Step]:
        """Some messages are so slow that everything else happens first: late without bound."""
        return [s for s in steps if s.delivery is None or not self._is_slow(s.delivery)] or steps

    def _is_slow(self, delivery: Delivery) -> bool:
        if delivery not in self._slow:
            self._slow[delivery] = self._chance.random() < _SLOW
        return self._slow[delivery]

    def _deeds_now(self) -> list[Step]:
        return [Step(deed.name, partial(self._do, deed)) for deed in self._deeds if deed.possible(self._shop)]

    def _do(self, deed: Deed) -> None:
        self._deeds.remove(deed)
        deed.do(self._shop)

    def _mishaps_now(self) -> list[Step]:
        return [Step(name, partial(self._count, do)) for name, do in self._mishaps_possible()]

    def _mishaps_possible(self) -> Iterable[tuple[str, Callable[[], object]]]:
        """What a crash at the wrong moment, a slow network or a busy queue makes of it."""
        if not self._mishaps:
            return
        shop = self._shop
        for service in shop.services:
            if service.has_news:
                yield f"{service.name} relay dies before its checkpoint", service.publish
                yield f"{service.name} relay tells one event", partial(service.relay, at_most=1)
            if len(waiting := [d for d in shop.broker.waiting(service.name) if not self._is_slow(d)]) > 1:
                yield f"{service.name} takes all at once", partial(self._batch, service, waiting)
                yield f"{service.name} has a process for each", partial(self._at_once, service, waiting)
        for delivery in shop.broker.routed[-_LATELY:]:
            if not (delivery in shop.broker.deliveries and self._is_slow(delivery)):
                yield (
                    f"{delivery.type} to {delivery.service}, once more",
                    partial(shop.arrive_again, delivery),
                )
        if shop.till.answers():
            yield "answers lost", shop.till.lose_answers

    def _count(self, mishap: Callable[[], object]) -> None:
        self._mishaps -= 1
        mishap()

    def _batch(self, service: MemoryService[Any], deliveries: list[Delivery]) -> None:
        self._chance.shuffle(deliveries)
        service.hear(*deliveries)

    def _at_once(self, service: MemoryService[Any], deliveries: list[Delivery]) -> None:
        """Each message in a process of its own, statement by statement; some die, and their messages come again."""
        under_way = {delivery: service.start_hearing(delivery) for delivery in deliveries}
        while under_way:
            delivery = self._chance.choice([d for d, run in under_way.items() if not run.blocked])
            run = under_way[delivery]
            if self._chance.random() < _DEATHS:
                run.kill()
            else:
                run.step()
            if run.at is None:
                del under_way[delivery]
                if run.has_ended:
                    self._shop.broker.acknowledge(delivery)
