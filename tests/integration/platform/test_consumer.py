"""The consumer: committed before it is acknowledged, once in effect however often delivered, and nobody waits for a bad one."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aio_pika import connect

from shared.database.faults import Unavailable
from shared.eventsourcing.ids import new_id
from shared.messaging.consumer import PREFETCH, Reacting
from shared.runtime.reacting import handle_reactions
from tests.integration.platform.broker import ORDER, Broker
from tests.integration.platform.consuming import Watched, balance_is, consuming
from tests.integration.platform.proxy import Proxy, proxied
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import (
    RateQuoted,
    body_of,
    cloud_event,
    deposit_asked,
)


class Once:
    """Cuts the cable the first time it is called."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self.called = 0

    async def __call__(self) -> None:
        self.called += 1
        if self.called == 1:
            self._proxy.cut()


async def test_what_was_delivered_is_one_batch_when_much_is_waiting(broker: Broker, teller: Teller) -> None:
    account = await teller.account("batch")
    for _ in range(30):
        await broker.put(body_of(*(deposit_asked(account) for _ in range(3))), count=3)
    handle = Watched(teller.handler)
    async with consuming(broker.url, handle):
        await until(lambda: balance_is(teller, account, 90))
    assert sum(handle.batches) == 90
    assert max(handle.batches) > 3
    assert max(handle.batches) <= 3 * PREFETCH
    assert await broker.counts() == {}


async def test_smaller_batches_are_committed_when_a_large_one_takes_longer_than_the_database_lets_it(
    broker: Broker, teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.consumer._LONGEST_BATCH", timedelta(seconds=0.05))
    account = await teller.account("large")
    await broker.put(body_of(*(deposit_asked(account) for _ in range(40))), count=40)
    committing = handle_reactions(teller.handler)
    sizes: list[int] = []

    async def slow(batch: Sequence[Reacting], /) -> Sequence[Exception | None]:
        sizes.append(len(batch))
        if len(batch) > 10:
            await asyncio.sleep(0.1)
            raise Unavailable("canceling statement due to statement timeout")
        return await committing(batch)

    async with consuming(broker.url, slow):
        await until(lambda: balance_is(teller, account, 40))
        await until(lambda: is_empty(broker))
    assert sizes == [40, 20, 10, 10, 20, 10, 10]


async def is_empty(broker: Broker) -> bool:
    return await broker.counts() == {}


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_effect_is_there_once_when_the_link_is_cut_around_commit(
    broker: Broker, teller: Teller, moment: str
) -> None:
    """Cut before: it was not acknowledged yet. Cut after: it comes again and is known."""
    account = await teller.account(moment)
    await broker.put(body_of(deposit_asked(account, 5), deposit_asked(account, 6)))
    async with proxied(broker.url) as proxy:
        cut = Once(proxy)
        handle = Watched(teller.handler, **{moment: cut})
        async with consuming(proxy.url, handle) as consumer:
            await until(lambda: cut.called >= 2)
            await until(lambda: consumer.connected)
            await until(lambda: balance_is(teller, account, 11))
    assert handle.batches == [2, 2]
    assert await broker.counts() == {}


async def test_messages_that_came_before_are_handled_alone_when_they_are_delivered_again(
    broker: Broker, teller: Teller
) -> None:
    account = await teller.account("alone")
    for _ in range(4):
        await broker.put(body_of(deposit_asked(account)))
    async with await connect(broker.url) as somebody:
        queue = await (await somebody.channel()).get_queue(ORDER.queue)
        taken = [await queue.get() for _ in range(4)]
        assert len(taken) == 4
    await until(lambda: broker.count(ORDER.queue))
    for _ in range(4):
        await broker.put(body_of(deposit_asked(account)))
    handle = Watched(teller.handler)
    async with consuming(broker.url, handle):
        await until(lambda: balance_is(teller, account, 8))
    assert handle.batches[:4] == [1, 1, 1, 1]


async def test_event_of_no_interest_is_claimed_when_there_is_no_reaction(
    broker: Broker, teller: Teller
) -> None:
    event = cloud_event({}, RateQuoted)
    await broker.put(body_of(event))
    async with consuming(broker.url, handle_reactions(teller.handler)):
        await until(lambda: teller.value("SELECT 1 FROM inbox WHERE event_id = :id", id=event["id"]))
    assert await broker.counts() == {}


async def test_event_is_handled_again_when_it_is_replayed(broker: Broker, teller: Teller) -> None:
    """What fills a new service or an emptied copy; a plain second copy of the same event stays without effect."""
    account, event_id = await teller.account("replayed"), str(new_id())
    await broker.put(body_of(cloud_event({}, RateQuoted, id=event_id)))
    async with consuming(broker.url, handle_reactions(teller.handler)):
        await until(lambda: teller.value("SELECT 1 FROM inbox WHERE event_id = :id", id=event_id))
        await broker.put(body_of(deposit_asked(account, 3, id=event_id)))
        await broker.put(body_of(deposit_asked(account, 5, id=event_id)), replayed=True)
        await until(lambda: balance_is(teller, account, 5))
