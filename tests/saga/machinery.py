"""All services wired in one process. Nothing moves by itself: every step is taken by a test, in the order it likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import inventory_service.handling
import inventory_service.publishing
import inventory_service.reactions
import order_service.handling
import order_service.publishing
import order_service.reactions
import payment_service.handling
import payment_service.publishing
import payment_service.reactions
from order_service.expiry import Expiry
from payment_service.providers.fake import FakeProvider
from shared.contracts import REGISTRY
from shared.messaging.incoming import Understood, read_message
from shared.messaging.reactions import Heard
from shared.testing.broker import Delivery, MemoryBroker
from shared.testing.edge import Clock, Ids
from shared.testing.service import MemoryService
from shared.testing.stepping import Run
from tests.saga.expiring import FIND_DUE
from tests.saga.till import Till

EXPIRY = timedelta(minutes=15)

# No story needs more; one that does not come to an end is a defect.
_STEPS_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """Something that may happen next; `delivery` when it is that a message arrives."""

    name: str
    take: Callable[[], object]
    delivery: Delivery | None = None


class Machinery:
    """`remembers=False` is a shop without an inbox: only the deciders know a repeat when they hear one."""

    def __init__(self, *, remembers: bool = True) -> None:
        self.clock = Clock(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
        self.ids = Ids(self.clock)
        self.broker = MemoryBroker()
        self.orders: MemoryService[order_service.handling.Command] = MemoryService(
            "order",
            model=order_service.handling.MODEL,
            reactions=order_service.reactions.REACTIONS,
            publish=order_service.publishing.publish,
            broker=self.broker,
            clock=self.clock,
            remembers=remembers,
            statements=[FIND_DUE],
        )
        self.payments: MemoryService[payment_service.handling.Command] = MemoryService(
            "payment",
            model=payment_service.handling.MODEL,
            reactions=payment_service.reactions.REACTIONS,
            publish=payment_service.publishing.publish,
            broker=self.broker,
            clock=self.clock,
            remembers=remembers,
        )
        self.inventory: MemoryService[inventory_service.handling.Command] = MemoryService(
            "inventory",
            model=inventory_service.handling.MODEL,
            reactions=inventory_service.reactions.REACTIONS,
            publish=inventory_service.publishing.publish,
            broker=self.broker,
            clock=self.clock,
            remembers=remembers,
        )
        self.services: Sequence[MemoryService[Any]] = (self.orders, self.payments, self.inventory)
        self.provider = FakeProvider()
        self.till = Till(self.payments, self.provider, self.clock)
        self._expiry = Expiry(self.orders.engine, self.orders.handler, EXPIRY, self.clock)

    def relay(self) -> None:
        """Every relay publishes what is new."""
        for service in self.services:
            if service.has_news:
                service.relay()

    def hear(self, service: str, *types: str) -> None:
        """The service hears what waits in its queue: all of it, or only these types; in one batch, oldest first."""
        found = [d for d in self.broker.waiting(service) if not types or d.type in types]
        self.service(service).hear(*found)

    def arrive(self, delivery: Delivery) -> None:
        self.service(delivery.service).hear(delivery)

    def arrive_again(self, delivery: Delivery) -> None:
        """It comes, but its acknowledgement is lost: as a repeat of what has come, or of what will come again."""
        self.service(delivery.service).start_hearing(delivery).finish()

    def expire(self) -> int:
        """One look for orders to expire, as once a second; how many were."""
        return self.start_expiring().finish()

    def start_expiring(self) -> Run[int]:
        """A process begins to look for orders to expire."""
        return Run(self._expiry.expire_due())

    def steps(self) -> list[Step]:
        """All that may happen next if nobody does anything, the oldest of each kind first."""
        return [
            *(Step(f"{s.name} relay", s.relay) for s in self.services if s.has_news and self.broker.up),
            *(Step(f"{d.type} to {d.service}", partial(self.arrive, d), d) for d in self.broker.deliveries),
            *(Step(f"ask {call.key}", partial(self.till.ask, call)) for call in self.till.due()),
            *(Step(f"record {call.key}", partial(self.till.record, call)) for call in self.till.answers()),
        ]

    def settle(self) -> None:
        """Everything that can happen happens, the oldest first; time passes only for what is due later."""
        for _ in range(_STEPS_AT_MOST):
            if steps := self.steps():
                steps[0].take()
            elif not self.wait_for_the_provider():
                return
        raise AssertionError("this comes to no end")

    def wait_for_the_provider(self) -> bool:
        """Time passes until the provider may be asked again. False when there is nothing to ask."""
        due_at = self.till.next_due_at()
        if due_at is not None:
            self.clock.now = max(self.clock.now, due_at)
        return due_at is not None

    def published(self) -> list[Heard[Any]]:
        """Every event that was ever published, as anybody may hear it, in order; twice when it was published twice."""
        return [
            event.heard
            for message in self.broker.published
            for event in read_message(message.body, REGISTRY)
            if isinstance(event, Understood)
        ]

    def service(self, name: str) -> MemoryService[Any]:
        return next(service for service in self.services if service.name == name)
