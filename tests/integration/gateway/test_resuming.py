"""A cursor is good on any instance, after any restart: a client cut off and resumed holds every event once."""

import asyncio

import pytest

from notification_gateway.catching_up import MOST_READERS
from notification_gateway.journal import Journal
from shared.eventsourcing.ids import new_id
from tests.integration.gateway.client import SIGNER, Stuck, connected
from tests.integration.gateway.conftest import Gateways, Running
from tests.integration.gateway.places import Places
from tests.integration.gateway.publisher import Publisher, event_of, history_of
from tests.integration.platform.waiting import until


def forgetful() -> Journal:
    """Remembers next to nothing, so what was missed has to come from the stream."""
    return Journal(most_bytes=2_000)


async def test_every_event_is_held_once_when_resumed_on_another_instance(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 600)
    published = asyncio.create_task(publisher.each(events))
    held: list[str] = []
    cursor = "0"
    for journal in (None, forgetful(), None, forgetful()):
        async with gateway(journal) as running, connected(running.socket) as client:
            await client.subscribe(order_id=str(order), cursor=cursor)
            await client.hears(lambda client=client: len(client.arrived) >= 100)
            # Cut off as it comes: nobody says goodbye.
            await client.socket.eio.ws.close()
            held += client.ids
            cursor = client.cursor
    await published
    async with gateway(forgetful()) as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order), cursor=cursor)
        await client.hears(lambda: len(held) + len(client.arrived) >= len(events))
        assert [*held, *client.ids] == [event["id"] for event in events]


async def test_dashboard_holds_every_event_when_it_resumes_from_the_stream(
    gateway: Gateways, publisher: Publisher
) -> None:
    events = history_of(new_id(), 1_000)
    for start in range(0, 1_000, 50):
        await publisher.batch(events[start : start + 50])
    async with gateway(forgetful()) as running, connected(running.socket) as client:
        await client.subscribe(topic="dashboard", cursor="0")
        await client.receives(events)
        assert len(client.batches) < 100
        async with connected(running.socket) as second:
            await second.subscribe(topic="dashboard", cursor=client.arrived[777]["cursor"])
            await second.receives(events[778:])


@pytest.mark.parametrize("remembers", [True, False])
async def test_each_subscription_holds_its_events_when_a_socket_with_several_is_cut_while_it_catches_up(
    gateway: Gateways, publisher: Publisher, remembers: bool
) -> None:
    first, second = new_id(), new_id()
    client_of = Places({"order_id": str(first)}, {"customer_id": "c-1"}, {"topic": "dashboard"})
    missed = [
        event for pair in zip(history_of(first, 150), history_of(second, 150), strict=True) for event in pair
    ]
    await publisher.each(history_of(new_id(), 3, customer="c-2"))
    async with gateway(None if remembers else forgetful()) as running:
        async with connected(running.socket) as client:
            await client_of.come_back(client)
        await publisher.each(missed)
        for reads in (50, 50, 300, 100):
            async with connected(running.socket) as client:
                await client_of.come_back(client, reads=reads)
                await client.hears(lambda client=client, reads=reads: len(client.arrived) >= reads)
                # Cut off as it comes: nobody says goodbye.
                await client.socket.eio.ws.close()
        async with connected(running.socket) as client:
            await client_of.come_back(client)
            last = event_of(first, 151)
            await publisher.batch([last])
            # It comes behind everything else, for the rooms and for the dashboard.
            await client.hears(lambda: client.ids.count(last["id"]) == 2)
            assert not client.resyncs
    for place in client_of.places:
        assert sorted(place.held) == sorted(event["id"] for event in [*missed, last] if place.has(event))


async def test_copies_are_dropped_when_a_relay_has_published_twice(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 60)
    await publisher.batch(events[:20])
    async with gateway() as running, connected(running.socket) as live:
        await live.subscribe(order_id=str(order))
        await publisher.batch(events[20:40])
        await publisher.batch(events[10:50])
        await publisher.each(events[45:])
        await live.receives(events[20:])
        async with connected(running.socket) as resumed:
            await resumed.subscribe(order_id=str(order), cursor="0")
            await resumed.receives(events)
    for journal in (None, forgetful()):
        async with gateway(journal) as running, connected(running.socket) as resumed:
            await resumed.subscribe(topic="dashboard", cursor="0")
            await resumed.receives(events)


async def test_cursor_is_good_when_the_instance_that_gave_it_took_a_copy_for_the_first(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 30)
    await publisher.each(events[:20])
    async with gateway(Journal(most_ids=3)) as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order))
        await publisher.batch(events[:1])
        await client.receives(events[:1])
        cursor = client.cursor
    await publisher.each(events[20:])
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order), cursor=cursor)
        await client.receives(events[20:])


async def test_client_starts_at_the_present_when_it_has_no_cursor(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 3)
    async with gateway() as running, connected(running.socket) as client:
        assert await client.subscribe(order_id=str(new_id())) == "0"
        await publisher.batch(events[:2])
        async with connected(running.socket) as probe:
            await probe.subscribe(order_id=str(order), cursor="0")
            await probe.receives(events[:2])
            head = await client.subscribe(order_id=str(order))
            assert head == probe.cursor
        await publisher.batch(events[2:])
        await client.receives(events[2:])


async def test_client_is_told_to_fetch_the_present_when_too_many_read_the_stream(
    gateway: Gateways, publisher: Publisher
) -> None:
    # More than a socket takes at once, so that a reader stays where it is while its client does not read.
    big = history_of(new_id(), 40, filler="x" * 200_000)
    for event in big:
        await publisher.batch([event])
    order = new_id()
    async with gateway(forgetful()) as running:
        slow = [Stuck(running.socket) for _ in range(MOST_READERS)]
        for each in slow:
            await each.follow_everything()
        async with connected(running.socket) as client:
            await client.subscribe(order_id=str(order), cursor="0")
            await client.hears(lambda: client.resyncs)
            assert client.resyncs[0]["reason"] == "too_many_readers"
            later = event_of(order)
            await publisher.batch([later])
            await client.receives([later])
        assert await old_events(running) == 503
        for each in slow:
            await each.close()

        async def a_reader_is_free() -> bool:
            return await old_events(running) == 200

        await until(a_reader_is_free, within=30)
        async with connected(running.socket) as client:
            await client.subscribe(topic="dashboard", cursor="0")
            await client.receives([*big, later])


async def test_second_reader_of_one_customer_fetches_the_present_and_others_read_when_the_first_is_slow(
    gateway: Gateways, publisher: Publisher
) -> None:
    big = history_of(new_id(), 40, customer="c-1", filler="x" * 200_000)
    for event in big:
        await publisher.batch([event])
    theirs = history_of(new_id(), 2, customer="c-2")
    await publisher.batch(theirs)
    token = SIGNER.token("customer", "c-1")
    async with gateway(forgetful()) as running:
        slow = Stuck(running.socket, token)
        await slow.follow_everything(customer_id="c-1")
        async with connected(running.socket, token) as second:
            await second.subscribe(customer_id="c-1", cursor="0")
            await second.hears(lambda: second.resyncs)
            assert second.resyncs[0]["reason"] == "too_many_readers"
        for token_of_other, room, expected in (
            (SIGNER.token("customer", "c-2"), "c-2", theirs),
            (SIGNER.token("staff", "c-1"), "c-1", big),
        ):
            async with connected(running.socket, token_of_other) as other:
                await other.subscribe(customer_id=room, cursor="0")
                await other.receives(expected)
        await slow.close()

        async def reads_it_all() -> bool:
            async with connected(running.socket, token) as again:
                await again.subscribe(customer_id="c-1", cursor="0")
                await again.hears(lambda: again.resyncs or len(again.arrived) == len(big))
                return not again.resyncs

        await until(reads_it_all, within=30)


async def old_events(running: Running) -> int:
    return (await running.http.get("/events", params={"after": "0", "limit": "1"})).status_code
