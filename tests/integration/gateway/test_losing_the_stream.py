"""A stream that is another one than before: everybody is told to resync, nobody is left in silence."""

import asyncio

import httpx
import pytest

from notification_gateway.journal import Journal
from ops.stack import rabbitmq
from ops.stack.servers import Servers
from shared.eventsourcing.ids import new_id
from shared.messaging.connection import open_connection
from shared.messaging.declaring import declare
from tests.integration.gateway.client import Client, connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.publisher import Publisher, event_of, history_of
from tests.integration.platform.waiting import until


async def recreated(publisher: Publisher, broker_url: str) -> None:
    await publisher.delete_stream()
    async with open_connection(broker_url, "recreating") as connection:
        await declare(await connection.channel())


@pytest.mark.parametrize("published_before", [0, 30])
async def test_connected_clients_resync_and_go_on_when_the_stream_is_made_anew(
    gateway: Gateways, publisher: Publisher, broker_url: str, published_before: int
) -> None:
    order = new_id()
    before, after = history_of(order, published_before + 1), history_of(order, 5)
    async with (
        gateway() as running,
        connected(running.socket) as follower,
        connected(running.socket) as dashboard,
    ):
        await follower.subscribe(order_id=str(order))
        await dashboard.subscribe(topic="dashboard")
        await publisher.each(before)
        await follower.receives(before)
        await recreated(publisher, broker_url)
        for client, room in ((follower, {"order_id": str(order)}), (dashboard, {"topic": "dashboard"})):
            await client.hears(lambda client=client: client.resyncs)
            assert client.resyncs == [{"reason": "stream_lost", "cursor": "0", "subscriptions": [room]}]
        await publisher.each(after)
        await follower.receives([*before, *after])
        await dashboard.receives([*before, *after])
        assert await running.is_ready()


async def test_cursor_leads_to_a_resync_when_the_stream_was_made_anew_meanwhile(
    gateway: Gateways, publisher: Publisher, broker_url: str
) -> None:
    order = new_id()
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order))
        await publisher.each(history_of(order, 20))
        await client.hears(lambda: len(client.arrived) == 20)
        cursors = [client.arrived[3]["cursor"], client.cursor]
    await recreated(publisher, broker_url)
    # Long enough for the old offsets to exist again, with other events; and too short.
    for count, journal in ((10, None), (10, Journal(most_bytes=1_000))):
        await publisher.each(history_of(new_id(), count))
        async with gateway(journal) as running:
            for cursor in cursors:
                async with connected(running.socket) as client:
                    await resyncs_and_goes_on(client, publisher, cursor)


async def resyncs_and_goes_on(client: Client, publisher: Publisher, cursor: str) -> None:
    order = new_id()
    await client.subscribe(order_id=str(order), cursor=cursor)
    await client.hears(lambda: client.resyncs)
    assert client.resyncs[0]["reason"] == "cursor_unknown"
    later = event_of(order)
    await publisher.batch([later])
    await client.receives([later])


async def test_cursor_leads_to_a_resync_when_the_stream_was_truncated(
    gateway: Gateways, publisher: Publisher, broker_url: str, servers: Servers
) -> None:
    order = new_id()
    async with gateway() as running, connected(running.socket) as client:
        await client.subscribe(order_id=str(order))
        await publisher.each(history_of(order, 3))
        await client.hears(lambda: len(client.arrived) == 3)
        cursors = ["0", client.cursor]
        await asyncio.to_thread(keep_little, servers, broker_url)
        await fill_segments(publisher)
        assert not client.dropped.is_set()
    async with gateway(Journal(most_bytes=1_000)) as running:

        async def begins_later() -> bool:
            async with connected(running.socket) as client:
                await client.subscribe(order_id=str(order), cursor="0")
                await client.hears(lambda: client.resyncs or client.arrived)
                return bool(client.resyncs)

        await until(begins_later, within=60)
        for cursor in cursors:
            async with connected(running.socket) as client:
                await resyncs_and_goes_on(client, publisher, cursor)
        lost = await running.http.get("/events", params={"after": cursors[1]})
        assert lost.status_code == 409
        assert lost.json()["type"] == "urn:eventflow:problem:cursor-lost"


def keep_little(servers: Servers, broker_url: str) -> None:
    """Whole segments are dropped from now on: those that are full, but for the last."""
    virtual_host = broker_url.rsplit("/", 1)[1]
    policy = {"pattern": ".*stream", "definition": {"max-length-bytes": 1_000}, "apply-to": "queues"}
    with rabbitmq.administration(servers.site) as management:
        answer: httpx.Response = management.put(f"/api/policies/{virtual_host}/little", json=policy)
        answer.raise_for_status()


async def fill_segments(publisher: Publisher) -> None:
    """A segment has 64 MB."""
    filler = b'["' + b"x" * 8_000_000 + b'"]'
    for _ in range(20):
        await publisher.body(filler)
