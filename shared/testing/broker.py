"""A broker in memory: the real topology's queues, from which a test takes what it likes, in any order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.messaging.outgoing import Outgoing
from shared.messaging.topology import SUBSCRIPTIONS, Subscription


class BrokerDown(Exception):
    """There is nobody to confirm anything."""


@dataclass(frozen=True, eq=False, slots=True)
class Delivery:
    """One message in the queue of one service, until it is acknowledged. `body` as on the wire."""

    service: str
    type: str
    body: bytes
    replayed: bool = False


class MemoryBroker:
    """Routes by exchange and type. `published` is the notification stream: everything, in order.

    `deliveries` wait in the queues; `routed` are all that ever came into one. What it `loses` comes nowhere.
    """

    def __init__(self, subscriptions: Mapping[str, Subscription] = SUBSCRIPTIONS) -> None:
        self._bound = {
            service: {(contract.exchange, contract.type) for contract in subscription.contracts}
            for service, subscription in subscriptions.items()
        }
        self.up = True
        self.loses: Callable[[Outgoing], bool] = lambda _: False
        self.published: list[Outgoing] = []
        self.deliveries: list[Delivery] = []
        self.routed: list[Delivery] = []

    def publish(self, message: Outgoing) -> None:
        """In every queue that is bound to its type, when this returns. Raises BrokerDown."""
        if not self.up:
            raise BrokerDown
        if self.loses(message):
            return
        self.published.append(message)
        for service, bound in self._bound.items():
            if (message.exchange, message.type) in bound:
                self.deliver(Delivery(service, message.type, message.body))

    def deliver(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self.routed.append(delivery)

    def waiting(self, service: str, event_type: str | None = None) -> list[Delivery]:
        """What is in the service's queue, oldest first."""
        return [
            delivery
            for delivery in self.deliveries
            if delivery.service == service and event_type in (None, delivery.type)
        ]

    def acknowledge(self, delivery: Delivery) -> None:
        self.deliveries.remove(delivery)
