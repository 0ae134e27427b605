"""The broker away: sockets stay, health says so, and when it is back nothing is missing."""

from notification_gateway.journal import Journal
from shared.eventsourcing.ids import new_id
from tests.integration.gateway.client import connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.publisher import Publisher, history_of
from tests.integration.platform.proxy import proxied
from tests.integration.platform.waiting import until


async def test_sockets_stay_and_nothing_is_missing_when_the_broker_was_away(
    gateway: Gateways, publisher: Publisher, broker_url: str
) -> None:
    order = new_id()
    events = history_of(order, 300)
    async with (
        proxied(broker_url) as cable,
        gateway(url=cable.url) as running,
        connected(running.socket) as client,
        connected(running.socket) as dashboard,
    ):
        await client.subscribe(order_id=str(order))
        await dashboard.subscribe(topic="dashboard")
        await publisher.each(events[:100])
        await client.receives(events[:100])
        cable.cut(for_good=True)

        async def is_unready() -> bool:
            return await running.health() == 503

        await until(is_unready, within=30)
        await publisher.each(events[100:200])
        async with connected(running.socket) as newcomer:
            await newcomer.subscribe(order_id=str(order), cursor=client.arrived[49]["cursor"])
            await newcomer.receives(events[50:100])
            assert client.ids == [event["id"] for event in events[:100]]
            cable.mend()
            await until(running.is_ready, within=30)
            await publisher.each(events[200:])
            await newcomer.receives(events[50:])
        await client.receives(events)
        await dashboard.receives(events)
        assert not client.resyncs
        assert not client.dropped.is_set()


async def test_catching_up_goes_on_when_the_link_is_cut_in_the_middle(
    gateway: Gateways, publisher: Publisher, broker_url: str
) -> None:
    order = new_id()
    events = history_of(order, 400, filler="x" * 10_000)
    for start in range(0, len(events), 4):
        await publisher.batch(events[start : start + 4])
    async with (
        proxied(broker_url) as cable,
        gateway(Journal(most_bytes=50_000), url=cable.url) as running,
        connected(running.socket) as client,
    ):
        await client.subscribe(order_id=str(order), cursor="0")
        await client.hears(lambda: len(client.arrived) >= 20)
        cable.cut()
        await client.receives(events)
        assert not client.resyncs
