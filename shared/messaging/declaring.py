"""The topology on a real broker: made by its administrator, awaited by everybody else."""

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

from shared.messaging.topology import Subscription, layout


async def declare(channel: AbstractChannel, *added: Subscription) -> None:
    """Makes what is missing, and what these added services bring: for the administrator of the virtual host."""
    wanted = layout(*added)
    for name, kind in wanted.exchanges.items():
        await channel.declare_exchange(name, ExchangeType(kind), durable=True)
    for queue in wanted.queues:
        declared = await channel.declare_queue(queue.name, durable=True, arguments=dict(queue.arguments))
        for exchange, key in queue.bindings:
            await declared.bind(exchange, routing_key=key)


async def require(channel: AbstractChannel, *added: Subscription) -> None:
    """Raises ChannelNotFoundEntity, which closes the channel, unless every queue is there. Needs no right.

    A confirm means "in every queue that is bound": a queue that is not there yet would miss events for good.
    """
    for queue in layout(*added).queues:
        await channel.declare_queue(queue.name, passive=True)
