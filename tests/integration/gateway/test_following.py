"""What a socket follows arrives: all of it, in order, once."""

import asyncio
from contextlib import AsyncExitStack

from shared.eventsourcing.ids import new_id
from shared.observability.metrics import REGISTRY
from tests.integration.gateway.client import Client, connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.publisher import Event, Publisher, event_of, history_of
from tests.integration.platform.waiting import until


async def test_events_arrive_in_their_rooms_alone_when_they_are_published(
    gateway: Gateways, publisher: Publisher
) -> None:
    first, second = new_id(), new_id()
    events = [
        event_of(first, customer="c-1"),
        event_of(second, customer="c-2"),
        event_of(first, 2, customer="c-1"),
    ]
    async with (
        gateway() as running,
        connected(running.socket) as order,
        connected(running.socket) as customer,
        connected(running.socket) as dashboard,
    ):
        await order.subscribe(order_id=str(first).upper())
        await customer.subscribe(customer_id="c-2")
        await dashboard.subscribe(topic="dashboard")
        await publisher.batch(events[:2])
        await publisher.batch(events[2:])
        await dashboard.receives(events)
        await order.receives([events[0], events[2]])
        await customer.receives([events[1]])
        assert [each["event"] for each in dashboard.arrived] == events


async def test_sockets_and_what_they_are_sent_are_measured(gateway: Gateways, publisher: Publisher) -> None:
    before = measured("sent_messages_total")
    events = history_of(new_id(), 3)
    async with gateway() as running:
        async with connected(running.socket) as client, connected(running.socket) as other:
            await client.subscribe(customer_id="c-1")
            await client.subscribe(customer_id="c-1")
            await client.subscribe(customer_id="c-2")
            await other.subscribe(topic="dashboard")
            assert (measured("open_sockets"), measured("live_subscriptions")) == (2, 3)
            await publisher.batch(events)
            await client.receives(events)

        async def nobody_is_left() -> bool:
            return (measured("open_sockets"), measured("live_subscriptions")) == (0, 0)

        await until(nobody_is_left)
    assert measured("sent_messages_total") >= before + len(events)


def measured(name: str) -> float:
    return REGISTRY.get_sample_value(f"eventflow_gateway_{name}") or 0.0


async def test_event_comes_once_when_several_subscriptions_of_a_socket_match(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 20)
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order))
        await client.subscribe(customer_id="c-1")
        await client.subscribe(customer_id="c-1")
        await publisher.each(events)
        await client.receives(events)


async def test_nothing_more_comes_when_a_room_was_unsubscribed(
    gateway: Gateways, publisher: Publisher
) -> None:
    left, kept = new_id(), new_id()
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(left))
        await client.subscribe(order_id=str(kept))
        assert (await client.ask("unsubscribe", {"order_id": str(left)}))["ok"]
        after = event_of(kept)
        await publisher.each([event_of(left), after])
        await client.receives([after])


async def test_dashboard_gets_few_messages_when_there_are_many_events(
    gateway: Gateways, publisher: Publisher
) -> None:
    events = history_of(new_id(), 200)
    loop = asyncio.get_running_loop()
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(topic="dashboard")
        started = loop.time()
        await publisher.each(events)
        await client.receives(events)
        assert len(client.batches) <= (loop.time() - started) / 0.1 + 2


async def test_missed_events_come_first_and_live_ones_after_when_subscribing_under_load(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 800)
    async with gateway() as running, AsyncExitStack() as clients, connected(running.socket) as early:
        await early.subscribe(order_id=str(order))
        await publisher.batch(events[:50])
        await early.receives(events[:50])
        published = asyncio.create_task(publisher.each(events[50:]))
        late: list[Client] = []
        for _ in range(6):
            late.append(await clients.enter_async_context(connected(running.socket)))
            name = "topic" if len(late) % 3 == 0 else "order_id"
            wanted = {name: "dashboard" if name == "topic" else str(order)}
            await late[-1].subscribe(**wanted, cursor=early.arrived[9]["cursor"])
        assert not published.done()
        await published
        for client in late:
            await client.receives(events[10:])


async def test_order_holds_and_nothing_doubles_when_a_second_room_catches_up_on_a_live_socket(
    gateway: Gateways, publisher: Publisher
) -> None:
    order, other = new_id(), new_id()
    missed, since = history_of(order, 300), [event_of(order, 301 + n) for n in range(300)]
    elsewhere = history_of(other, 600, customer="c-2")
    async with gateway() as running, connected(running.socket) as client:
        await publisher.batch(missed)
        live = asyncio.create_task(alternating(publisher, since, elsewhere))
        await client.subscribe(order_id=str(other))
        await client.subscribe(customer_id="c-1", cursor="0")
        await client.subscribe(order_id=str(order), cursor="0")
        await live
        await client.hears(lambda: client.ids[-1:] == [elsewhere[-1]["id"]])
        assert len(set(client.ids)) == len(client.ids)
        of_order = [each for each in client.arrived if each["event"]["subject"] == str(order)]
        assert [each["event"]["id"] for each in of_order] == [event["id"] for event in [*missed, *since]]


async def alternating(publisher: Publisher, first: list[Event], second: list[Event]) -> None:
    for place, event in enumerate(second):
        await publisher.batch([*first[place : place + 1], event])
