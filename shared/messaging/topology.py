"""Every exchange and queue of EventFlow, by name. Event exchanges are named by their contracts, all others here alone.

    order_exchange ─┐                ┌─ order_queue ───── order_queue.retry.1s .10s .60s ── order_queue.dead
    payment_exchange├─ by type ──────┼─ payment_queue ─── ...
    inventory_exchange               ├─ inventory_queue ─ ...
                    └─ everything ───┴─ notification_stream

A service that is added brings a queue of its own: a `Subscription` over what it reacts to.

Each service moves its failures over a direct exchange of its own (`order_retry`), never over the default exchange,
whose permission would reach every queue. Only what RabbitMQ 3.10 knows is used.

No service makes any of it: the broker loads it when it starts (`definitions.py`), and `make up` as its administrator
makes what is missing (`declaring.py`). What each service may do with it is said in `rights.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts import inventory, orders, payments

ORDER_EXCHANGE = orders.OrderContract.exchange
PAYMENT_EXCHANGE = payments.PaymentContract.exchange
INVENTORY_EXCHANGE = inventory.InventoryContract.exchange
EVENT_EXCHANGES = (ORDER_EXCHANGE, PAYMENT_EXCHANGE, INVENTORY_EXCHANGE)

NOTIFICATION_STREAM = "notification_stream"

RETRY_DELAYS_SECONDS = (1, 10, 60)

# Each cut connection counts as a delivery. Main queues give up after this many and hand over to `.dead`; retry and
# dead queues never do. 3.10 would drop at -1, 4.x defaults to 20.
_DELIVERIES = 100
_DELIVERIES_WITHOUT_END = 1_000_000


@dataclass(frozen=True, slots=True)
class Subscription:
    """The queue of one service, and the contracts that it hears."""

    service: str
    contracts: tuple[type[Any], ...]

    @property
    def queue(self) -> str:
        return f"{self.service}_queue"

    @property
    def event_exchange(self) -> str:
        """Where the service tells of itself; one that was added need not have it."""
        return f"{self.service}_exchange"

    @property
    def retry_exchange(self) -> str:
        return f"{self.service}_retry"

    @property
    def dead(self) -> str:
        return f"{self.queue}.dead"

    def retry(self, seconds: int) -> str:
        return f"{self.queue}.retry.{seconds}s"

    @property
    def queues(self) -> tuple[str, ...]:
        return (self.queue, *(self.retry(seconds) for seconds in RETRY_DELAYS_SECONDS), self.dead)


SUBSCRIPTIONS = {
    subscription.service: subscription
    for subscription in (
        Subscription(
            "order",
            (
                inventory.InventoryReserved,
                payments.PaymentProcessed,
                payments.PaymentFailed,
                inventory.InventoryReservationFailed,
                payments.PaymentCancelled,
                payments.PaymentRefunded,
                payments.PaymentRefundFailed,
                inventory.InventoryReleased,
                inventory.InventoryUpdated,
            ),
        ),
        Subscription(
            "payment",
            (
                orders.OrderCreated,
                inventory.InventoryReserved,
                inventory.InventoryReservationFailed,
                orders.OrderCancelled,
            ),
        ),
        Subscription(
            "inventory",
            (orders.OrderCreated, orders.OrderUpdated, payments.PaymentFailed, orders.OrderCancelled),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue, and the `(exchange, routing key)` pairs that lead into it."""

    name: str
    arguments: Mapping[str, Any]
    bindings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that there is on the broker: durable exchanges by name with their type, and queues.

    Queues that hear events come first, so whoever finds the last one may rely on every event being heard.
    """

    exchanges: Mapping[str, str]
    queues: tuple[Queue, ...]


def layout(*added: Subscription) -> Layout:
    """EventFlow's own, and what these added services bring."""
    subscriptions = tuple(dict.fromkeys((*SUBSCRIPTIONS.values(), *added)))
    exchanges = dict.fromkeys(EVENT_EXCHANGES, "topic")
    exchanges |= {subscription.retry_exchange: "direct" for subscription in subscriptions}
    hearing = (_main_queue(subscription) for subscription in subscriptions)
    failing = (queue for subscription in subscriptions for queue in _failure_queues(subscription))
    return Layout(exchanges, (_stream(), *hearing, *failing))


def _stream() -> Queue:
    return Queue(
        NOTIFICATION_STREAM,
        {
            "x-queue-type": "stream",
            "x-max-length-bytes": 2_000_000_000,
            "x-stream-max-segment-size-bytes": 64_000_000,
        },
        tuple((exchange, "#") for exchange in EVENT_EXCHANGES),
    )


def _main_queue(subscription: Subscription) -> Queue:
    return Queue(
        subscription.queue,
        _quorum(_DELIVERIES, subscription.retry_exchange, subscription.dead),
        (
            *((contract.exchange, contract.type) for contract in subscription.contracts),
            (subscription.retry_exchange, subscription.queue),
        ),
    )


def _failure_queues(subscription: Subscription) -> tuple[Queue, ...]:
    exchange = subscription.retry_exchange
    delayed = (
        Queue(
            subscription.retry(seconds),
            {
                **_quorum(_DELIVERIES_WITHOUT_END, exchange, subscription.queue),
                "x-message-ttl": seconds * 1000,
            },
            ((exchange, subscription.retry(seconds)),),
        )
        for seconds in RETRY_DELAYS_SECONDS
    )
    dead = Queue(
        subscription.dead,
        {"x-queue-type": "quorum", "x-delivery-limit": _DELIVERIES_WITHOUT_END},
        ((exchange, subscription.dead),),
    )
    return (*delayed, dead)


def _quorum(deliveries: int, dead_letter_exchange: str, dead_letter_key: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": deliveries,
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-routing-key": dead_letter_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
