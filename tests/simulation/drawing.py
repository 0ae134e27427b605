"""What happens next, drawn from one chance and from nothing else."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from random import Random

from order_service.domain.lifecycle import OrderStatus
from order_service.tables import ORDERS
from payment_service.providers.fake import Mishap as ProviderMishap
from shared.testing.broker import Delivery
from tests.simulation.acts import Event, Task, Together, Work
from tests.simulation.events import LONG_WAIT, Ask, Fate, Forget, Outage, Relay, Wait
from tests.simulation.faults import ACKNOWLEDGE, COMMITTING, MISHAPS, POINTS, Mishap
from tests.simulation.labour import Expire, Hear, Record
from tests.simulation.requests import Adjust, Change, Line, Place, Refund, Retry, Steer
from tests.simulation.world import World

# How often what comes: enough of everything in a hundred acts, and most of it the ordinary course of things.
METHODS = (
    *(["pm_card_visa"] * 6),
    "pm_card_chargeDeclined",
    "pm_test_timeout",
    "pm_test_error_then_ok",
    "pm_test_slow",
    *(["pm_test_refund_fails"] * 3),
)
STRUCK = 0.12
MISHAPS_OF_PROVIDER = 0.2
SLOW = 0.2
_OF_PROVIDER: Sequence[ProviderMishap] = tuple(ProviderMishap)
_AT: Mapping[str, Sequence[Mishap]] = {
    at: [mishap for mishap in MISHAPS if mishap.at == at] for at in (*POINTS, ACKNOWLEDGE)
}
_NEXT_STEPS: Mapping[OrderStatus | None, str] = {
    OrderStatus.CONFIRMED: "process",
    OrderStatus.PROCESSING: "ship",
    OrderStatus.SHIPPED: "deliver",
}


class Drawing:
    """Draws one act after another for a world. Some messages are slow: they wait until nothing else is left."""

    def __init__(self, world: World, chance: Random, orders: int) -> None:
        self._world = world
        self._chance = chance
        self._orders = orders
        self._placed = 0
        self._refunds = 0
        self._slow: dict[Delivery, bool] = {}
        ways: Sequence[tuple[float, Callable[[], Event | None]]] = (
            (20, self._relay),
            (26, self._hear),
            (9, self._ask),
            (9, self._record),
            (12, self._order),
            (10, self._steer),
            (4, self._refund),
            (2, self._merchandise),
            (4, self._repeat),
            (5, self._rivals),
            (2, self._wait),
            (1.5, self._expire),
            (0.7, self._outage),
            (0.3, self._forget),
        )
        self._ways = [way for _, way in ways]
        self._weights = list(accumulate(weight for weight, _ in ways))

    @property
    def all_ordered(self) -> bool:
        return len(self._world.orders.database.committed(ORDERS.name)) >= self._orders

    def next(self) -> Event:
        while True:
            [way] = self._chance.choices(self._ways, cum_weights=self._weights)
            if (act := way()) is not None:
                return act

    # The ordinary course of things, and its mishaps

    def _relay(self) -> Event | None:
        told = [s.name for s in self._world.services if s.has_news]
        if not told or not self._world.broker.up:
            return None
        at_most = self._chance.choice((1, 2, 3, 5, 20))
        fates: Sequence[Fate] = ("dies before its checkpoint", "loses what it told")
        fate: Fate = self._chance.choice(fates) if self._chance.random() < STRUCK else ""
        return Relay(self._chance.choice(told), at_most, fate)

    def _hear(self) -> Event | None:
        hearing = self._hearing()
        return self._work(hearing, ACKNOWLEDGE) if hearing else None

    def _hearing(self, service: str | None = None) -> Hear | None:
        world = self._world
        if not world.broker.up:
            return None
        service = service or self._chance.choice(("order", "payment", "inventory", "inventory"))
        waiting = [d for d in world.broker.waiting(service) if not self._is_slow(d)]
        if not waiting:
            return None
        some = self._chance.sample(waiting, min(len(waiting), self._chance.choice((1, 1, 2, 4, 8))))
        return Hear(service, tuple(world.tag(delivery) for delivery in some))

    def _is_slow(self, delivery: Delivery) -> bool:
        if delivery not in self._slow:
            self._slow[delivery] = self._chance.random() < SLOW
        return self._slow[delivery]

    def _repeat(self) -> Event | None:
        """What was heard lately, or long ago, is heard once more; or what is slow arrives after all."""
        routed = self._world.broker.routed
        if not routed or not self._world.broker.up:
            return None
        delivery = self._chance.choice(routed[-40:] if self._chance.random() < 0.7 else routed)
        return self._work(Hear(delivery.service, (self._world.tag(delivery),)), ACKNOWLEDGE)

    def _ask(self) -> Event | None:
        due = self._world.till.due()
        if not due:
            return None
        mishap = self._chance.choice(_OF_PROVIDER) if self._chance.random() < MISHAPS_OF_PROVIDER else None
        return Ask(self._world.call_label(self._chance.choice(due)), mishap, self._chance.random() < 0.1)

    def _record(self) -> Event | None:
        record = self._recording()
        return self._work(record) if record else None

    def _recording(self) -> Record | None:
        answers = self._world.till.answers()
        if not answers:
            return None
        return Record(self._world.call_label(self._chance.choice(answers)), self._chance.random() < 0.1)

    def _work(self, task: Task, *points: str) -> Together:
        mishap = None
        if self._chance.random() < STRUCK:
            mishap = self._chance.choice(_AT[self._chance.choice((*POINTS, *COMMITTING, *points))])
        return Together((Work(task, mishap),))

    # People

    def _order(self) -> Event | None:
        if self.all_ordered:
            return None
        place = self._placing()
        if self._chance.random() < 0.1:
            twice = (Work(place), Work(Place(place.number, place.lines, place.method, click=1)))
            return Together(twice, self._turns())
        return self._work(place)

    def _placing(self) -> Place:
        self._placed += 1
        lines = [self._line() for _ in range(self._chance.choice((1, 1, 2, 3)))]
        return Place(self._placed, tuple(lines), self._chance.choice(METHODS))

    def _line(self) -> Line:
        sku = self._chance.choice(("MUG", "MUG", "MUG", "TEA", "CUP"))
        seen = self._world.product(sku).entry if self._chance.random() < 0.2 else None
        return Line(sku, self._chance.choice((1, 1, 2)), seen.prices["USD"] if seen else None)

    def _number(self) -> int | None:
        return self._chance.randint(1, self._placed) if self._placed else None

    def _steer(self) -> Event | None:
        """The next step of somebody's order that has one, or now and then a step that has to be refused."""
        for _ in range(4):
            number = self._number()
            order_id = self._world.placed(number) if number else None
            if number is None or order_id is None:
                return None
            if self._chance.random() < 0.12:
                return self._work(Steer(number, self._chance.choice(("cancel", "cancel", "ship"))))
            step = _NEXT_STEPS.get(self._world.order(order_id).status)
            if step is not None:
                return self._work(Steer(number, step))
        return None

    def _refund(self) -> Event | None:
        number = self._paid()
        if number is None:
            return None
        self._refunds += 1
        if self._chance.random() < 0.3:
            return self._work(Retry(number, self._refunds))
        return self._work(Refund(number, self._amount(), self._refunds))

    def _amount(self) -> int | None:
        return self._chance.choice((None, 300, 700, 1500))

    def _paid(self) -> int | None:
        """Somebody's order, rather one whose money was taken."""
        for _ in range(5):
            number = self._number()
            order_id = self._world.placed(number) if number else None
            if order_id and self._world.payment(order_id).captured:
                return number
        return self._number() if self._chance.random() < 0.1 else None

    def _merchandise(self) -> Event | None:
        sku = self._chance.choice(self._world.skus)
        tasks: Sequence[Task] = (
            Adjust(sku, self._chance.choice((-4, -2, -1, 2))),
            Adjust(sku, -self._chance.randint(1, 6)),
            Change(sku, price=self._chance.choice((500, 700, 1999, 2500))),
            Change(self._chance.choice(("TEA", "CUP")), discontinued=self._chance.random() < 0.4),
        )
        return self._work(self._chance.choice(tasks))

    def _rivals(self) -> Event | None:
        """Two or three processes at once, step by step, about what they may well quarrel over."""
        number = self._number() or 1
        self._refunds += 2
        paid = self._paid() or number
        one, other = self._refunds, self._refunds - 1
        pairs: Sequence[Callable[[], Sequence[Task | None]]] = (
            lambda: (self._hearing("inventory"), self._hearing("inventory")),
            lambda: (self._hearing("order"), Steer(number, "cancel")),
            lambda: (self._recording(), self._hearing("payment")),
            lambda: (self._hearing("inventory"), Adjust(self._chance.choice(("TEA", "CUP")), -1)),
            lambda: (Steer(paid, "cancel"), Steer(paid, "ship")),
            lambda: (Refund(paid, 1500, one), Refund(paid, self._amount(), other)),
            lambda: (Refund(paid, None, one), self._hearing("payment")),
            lambda: (Retry(paid, one), Retry(paid, other)),
            lambda: (self._hearing("order"), self._hearing("order"), Expire()),
        )
        tasks = [task for task in self._chance.choice(pairs)() if task is not None]
        works = [self._work(task).works[0] for task in tasks]
        return Together(tuple(works), self._turns()) if len(works) > 1 else None

    def _turns(self) -> int:
        return self._chance.getrandbits(16)

    # The world

    def _wait(self) -> Event:
        return Wait(LONG_WAIT if self._chance.random() < 0.2 else self._chance.randint(1, 90))

    def _expire(self) -> Event:
        return self._work(Expire())

    def _outage(self) -> Event:
        if self._world.broker.up:
            return Outage()
        if self._chance.random() < 0.5:
            return Wait(LONG_WAIT)
        return Outage(over=True)

    def _forget(self) -> Event:
        return Forget(self._chance.choice(self._world.services).name)
