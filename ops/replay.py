"""Stored events of one service, published again to exactly one queue.

They carry a header by which the consumer handles them although it has heard them before: a new service, or an emptied
copy, is filled that way, and everybody else comes to the same end as the first time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange

from ops.audit.broker import look_at_broker
from ops.audit.publications import publications
from ops.audit.snapshots import Snapshot, Unreachable, snapshot
from ops.histories import EVENT_COLUMNS, HISTORIES, History
from ops.stack.errors import StackError
from ops.stack.site import Site
from shared.contracts import CONTRACTS
from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.eventsourcing.ids import new_id
from shared.messaging.connection import BROKER_FAULTS, open_connection
from shared.messaging.incoming import REPLAYED
from shared.messaging.outgoing import Outgoing, batched
from shared.messaging.users import REPLAYER

# What people do meanwhile waits in the same queue: so many messages, of up to 100 events each, may be ahead of it.
_WAITING_AT_MOST = 10
_LOOK_AGAIN = 0.1

_EVERYTHING = datetime.min.replace(tzinfo=UTC)
_CHOSEN = "FROM events WHERE type = ANY($1) AND time >= $2 AND position <= $3"

Watch = Callable[[int, int], None]


class WrongTarget(StackError):
    """There is no such queue, or it hears nothing of that type; the message lists what there is."""

    exit_status = 2


@dataclass(frozen=True, slots=True)
class Replayed:
    """`types` are the public types that were published again."""

    events: int
    types: Sequence[str]


async def replay(
    site: Site,
    source: str,
    queue: str,
    *,
    type_: str | None = None,
    since: datetime | None = None,
    watch: Watch = lambda done, total: None,
) -> Replayed:
    """Publishes again what the relay of `source` has published of what `queue` hears; returns when all is confirmed.

    `type_` is one public type, `since` the time of the first event. `watch` is told how many of how many events are
    confirmed. Raises WrongTarget, or Unreachable: then some events may have been published.
    """
    types = await _types(site, source, queue, type_)
    history = HISTORIES[source]
    async with snapshot(site, source) as database:
        reach = await publications(history, database, datetime.now(UTC), timedelta())
        stored = [name for name, public in reach.public.items() if public in types]
        chosen = (stored, since or _EVERYTHING, reach.checkpoint)
        total: int = (await database.row(f"SELECT count(*) {_CHOSEN}", *chosen))[0]
        watch(0, total)
        try:
            async with open_connection(site.broker_url(REPLAYER), "replay") as connection:
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                done = 0
                async for count in _publish(history, database, channel, queue, chosen):
                    done += count
                    watch(done, total)
        except BROKER_FAULTS as fault:
            raise Unreachable(
                f"The broker failed ({fault}) before everything was confirmed; run the replay again: it changes nothing twice."
            ) from fault
    return Replayed(done, sorted(types))


async def _types(site: Site, source: str, queue: str, type_: str | None) -> frozenset[str]:
    broker = await look_at_broker(site)
    if queue not in broker.service_queues:
        raise WrongTarget(f"There is no queue {queue}; there are {', '.join(broker.service_queues)}.")
    told = {contract.type for contract in CONTRACTS if contract.exchange == f"{source}_exchange"}
    heard = broker.types(queue) & told
    if not heard:
        raise WrongTarget(
            f"{queue} hears nothing of {source}; it hears {', '.join(sorted(broker.types(queue)))}."
        )
    if type_ is not None and type_ not in heard:
        raise WrongTarget(f"{queue} hears no {type_} of {source}; it hears {', '.join(sorted(heard))}.")
    return heard if type_ is None else frozenset({type_})


async def _publish(
    history: History,
    database: Snapshot,
    channel: AbstractChannel,
    queue: str,
    chosen: tuple[list[str], datetime, int],
) -> AsyncIterator[int]:
    """Page by page, in the order in which the events were committed; how many each page had."""
    exchange = await channel.get_exchange(f"{queue.removesuffix('_queue')}_retry", ensure=False)
    async for page in database.pages(f"SELECT {EVENT_COLUMNS} {_CHOSEN} ORDER BY position", *chosen):
        await _room(channel, queue)
        messages = batched((history.recorded(record) for record in page), history.publish)
        await asyncio.gather(*(_send(exchange, queue, message) for message in messages))
        yield len(page)


async def _room(channel: AbstractChannel, queue: str) -> None:
    """Returns once the queue is nearly empty, or nobody empties it: then it only has to hold what comes."""
    while True:
        found = (await channel.declare_queue(queue, passive=True)).declaration_result
        if not found.consumer_count or (found.message_count or 0) <= _WAITING_AT_MOST:
            return
        await asyncio.sleep(_LOOK_AGAIN)


async def _send(exchange: AbstractExchange, queue: str, message: Outgoing) -> None:
    await exchange.publish(
        Message(
            message.body,
            content_type=BATCH_CONTENT_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=new_id().hex,
            headers={"type": message.type, "count": message.count, REPLAYED: True},
        ),
        routing_key=queue,
    )
