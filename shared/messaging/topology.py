"""Every exchange and queue of EventFlow, by name. Event exchanges are named by their contracts, all others here alone.

    order_exchange ─┐                ┌─ order_queue ───── order_queue.retry.1s .10s .60s ── order_queue.dead
    payment_exchange├─ by type ──────┼─ payment_queue ─── ...
    inventory_exchange               ├─ inventory_queue ─ ...
                    └─ everything ───┴─ notification_stream

A service that is added brings a queue of its own: a `Subscription` over what it reacts to, declared by itself.

Each service moves its failures over a direct exchange of its own (`order_retry`), never over the default exchange,
whose permission would reach every queue. Only what RabbitMQ 3.10 knows is used.
"""

from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

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


async def declare(channel: AbstractChannel, *added: Subscription) -> None:
    """Declares everything, as every process does before it publishes; and what an added service brings of its own.

    A confirm means "in every queue that is bound": a queue that is not declared yet would miss events for good. What
    an added one misses before its first start, or after the broker was emptied, is replayed to it.
    """
    for name in EVENT_EXCHANGES:
        await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True)
    stream = await channel.declare_queue(
        NOTIFICATION_STREAM,
        durable=True,
        arguments={
            "x-queue-type": "stream",
            "x-max-length-bytes": 2_000_000_000,
            "x-stream-max-segment-size-bytes": 64_000_000,
        },
    )
    for name in EVENT_EXCHANGES:
        await stream.bind(name, routing_key="#")
    for subscription in dict.fromkeys((*SUBSCRIPTIONS.values(), *added)):
        await _declare_subscription(channel, subscription)


async def _declare_subscription(channel: AbstractChannel, subscription: Subscription) -> None:
    retry = await channel.declare_exchange(subscription.retry_exchange, ExchangeType.DIRECT, durable=True)
    dead = await channel.declare_queue(
        subscription.dead,
        durable=True,
        arguments={"x-queue-type": "quorum", "x-delivery-limit": _DELIVERIES_WITHOUT_END},
    )
    await dead.bind(retry, routing_key=subscription.dead)
    for seconds in RETRY_DELAYS_SECONDS:
        delayed = await channel.declare_queue(
            subscription.retry(seconds),
            durable=True,
            arguments={
                **_quorum(_DELIVERIES_WITHOUT_END, subscription.retry_exchange, subscription.queue),
                "x-message-ttl": seconds * 1000,
            },
        )
        await delayed.bind(retry, routing_key=subscription.retry(seconds))
    queue = await channel.declare_queue(
        subscription.queue,
        durable=True,
        arguments=_quorum(_DELIVERIES, subscription.retry_exchange, subscription.dead),
    )
    await queue.bind(retry, routing_key=subscription.queue)
    for contract in subscription.contracts:
        await queue.bind(contract.exchange, routing_key=contract.type)


def _quorum(deliveries: int, dead_letter_exchange: str, dead_letter_key: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": deliveries,
        "x-dead-letter-exchange": dead_letter_exchange,
        "x-dead-letter-routing-key": dead_letter_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
