"""A broker in memory: the real topology's queues, from which a test takes what it likes, in any order."""

from collections.abc import Mapping
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

    `deliveries` wait in the queues; `routed` are all that ever came into one.
    """

    def __init__(self, subscriptions: Mapping[str, Subscription] = SUBSCRIPTIONS) -> None:
        self._subscriptions = subscriptions
        self.up = True
        self.published: list[Outgoing] = []
        self.deliveries: list[Delivery] = []
        self.routed: list[Delivery] = []

    def publish(self, message: Outgoing) -> None:
        """In every queue that is bound to its type, when this returns. Raises BrokerDown."""
        if not self.up:
            raise BrokerDown
        self.published.append(message)
        for service, subscription in self._subscriptions.items():
            bound = {(contract.exchange, contract.type) for contract in subscription.contracts}
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
