"""Clients that mean no good cost bounded memory, get a plain answer or none, and nobody else notices."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from notification_gateway import outbox, socket_listener
from notification_gateway.sockets import MOST_SUBSCRIPTIONS
from shared.eventsourcing.ids import new_id
from tests.integration.gateway.client import GREETING, Stuck, bare, connected
from tests.integration.gateway.conftest import Gateways, Running
from tests.integration.gateway.publisher import Publisher, history_of
from tests.integration.platform.waiting import until

RUBBISH: list[Any] = [
    None,
    1,
    "order_id",
    [],
    {},
    {"order_id": 7},
    {"order_id": "x"},
    {"customer_id": ""},
    {"customer_id": "c" * 129},
    {"customer_id": ["c-1"]},
    {"topic": "everything"},
    {"topic": "dashboard", "customer_id": "c-1"},
    {"topic": "dashboard", "more": 1},
    {"topic": "dashboard", "cursor": 5},
    {"topic": "dashboard", "cursor": ""},
    {"topic": "dashboard", "cursor": "-1.0.01890000-0000-7000-8000-000000000000"},
    {"topic": "dashboard", "cursor": "1.0"},
    {"topic": "dashboard", "cursor": "9" * 30_000},
]


async def test_answer_is_a_plain_refusal_when_the_payload_is_rubbish(
    gateway: Gateways, publisher: Publisher
) -> None:
    events = history_of(new_id(), 3)
    async with gateway() as running, connected(running.socket) as client:
        for payload in RUBBISH:
            for name in ("subscribe", "unsubscribe"):
                answer = await client.ask(name, payload)
                assert answer["ok"] is False, payload
                assert 0 < len(answer["error"]) < 300
        assert not (await client.ask("subscribe"))["ok"]
        assert not (await client.ask("subscribe", {"topic": "dashboard"}, {}))["ok"]
        assert not (await client.ask("delete", {"topic": "dashboard"}))["ok"]
        await client.subscribe(topic="dashboard")
        await publisher.batch(events)
        await client.receives(events)


async def test_further_sockets_are_refused_when_one_network_has_many(
    gateway: Gateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_listener, "MOST_OF_ONE_NETWORK", 3)
    async with gateway() as running:
        async with AsyncExitStack() as open_ones:
            for _ in range(3):
                await open_ones.enter_async_context(bare(running.socket))
            with pytest.raises(InvalidStatus):
                async with bare(running.socket):
                    pass

        async def lets_in_again() -> bool:
            with suppress(InvalidStatus):
                async with bare(running.socket):
                    return True
            return False

        await until(lets_in_again, within=30)


async def test_further_ones_are_refused_when_a_socket_has_many_subscriptions(gateway: Gateways) -> None:
    async with gateway() as running, connected(running.socket) as client:
        answers = [
            await client.ask("subscribe", {"order_id": str(new_id())}) for _ in range(MOST_SUBSCRIPTIONS + 20)
        ]
        assert [answer["ok"] for answer in answers] == [True] * MOST_SUBSCRIPTIONS + [False] * 20
        room = await client.ask("subscribe", {"topic": "dashboard"})
        assert str(MOST_SUBSCRIPTIONS) in room["error"]


@pytest.mark.parametrize(
    "frames",
    [
        ["no protocol"],
        [""],
        ['42["subscribe",{}]'],
        [GREETING, "42{"],
        [GREETING, "42[]"],
        [GREETING, '451-["subscribe",{}]'],
        [GREETING, "42" + "[" * 5_000],
        [GREETING, '42["subscribe",{"cursor":"' + "9" * 70_000 + '"}]'],
        [GREETING, GREETING],
        ["40{", "40" + "[" * 5_000],
        [b"\x00\x01"],
    ],
)
async def test_connection_is_closed_when_the_client_does_not_speak_the_protocol(
    gateway: Gateways, frames: list[str | bytes]
) -> None:
    async with gateway() as running:
        async with bare(running.socket) as socket:
            for frame in frames:
                await socket.send(frame)
            async with asyncio.timeout(30):
                await socket.wait_closed()
        async with connected(running.socket) as client:
            await client.subscribe(topic="dashboard")


@pytest.mark.parametrize(
    "frames",
    [
        ["1", GREETING],
        ["41", GREETING],
        ["2probe"],
        ["5"],
        ["x"],
        ["bad"],
        ["430[]"],
        ["3" + "[" * 50_000],
        ["42{"],
        ["42[1]"],
        ['42["connect",{},{}]', '42["disconnect"]', "40x"],
        ['452-["subscribe",{"_placeholder":true,"num":0}]', GREETING],
        [b"\x00", GREETING],
    ],
)
async def test_nothing_is_held_any_more_when_a_follower_breaks_the_protocol(
    gateway: Gateways, frames: list[str | bytes]
) -> None:
    async with gateway() as running, bare(running.socket) as socket:
        await socket.send(GREETING)
        await socket.send('420["subscribe",{"topic":"dashboard"}]')
        while not str(await socket.recv()).startswith("430"):
            pass
        assert len(running.gateway.rooms) == 1
        for frame in frames:
            with suppress(ConnectionClosed):
                await socket.send(frame)
        await holds_nothing(running)


async def test_nothing_is_held_any_more_when_a_client_answers_no_ping_but_talks_on(gateway: Gateways) -> None:
    async with gateway() as running:
        engine: Any = running.gateway.sockets.eio
        engine.ping_interval = engine.ping_timeout = 0.5
        async with bare(running.socket) as socket:
            await socket.send(GREETING)
            await socket.send('420["subscribe",{"topic":"dashboard"}]')
            with suppress(ConnectionClosed):
                async with asyncio.timeout(30):
                    while True:
                        await socket.send('42["anything"]')
                        with suppress(TimeoutError):
                            await asyncio.wait_for(socket.recv(), 0.1)
        await holds_nothing(running)


async def holds_nothing(running: Running) -> None:
    server: Any = running.gateway.sockets

    def nothing() -> bool:
        held = server.eio.sockets, server.environ, server.manager.rooms, running.gateway.rooms
        return not any(map(len, held)) and running.gateway.budget.used == 0

    await until(nothing, within=30)


async def test_pages_of_strangers_may_not_connect_when_their_browser_says_where_they_are_from(
    gateway: Gateways,
) -> None:
    async with gateway() as running:
        with pytest.raises(InvalidStatus, match="403"):
            async with bare(running.socket, origin="http://evil.example"):
                pass
        async with bare(running.socket, origin="http://localhost:3000") as socket:
            assert str(await socket.recv()).startswith("0")


async def test_slow_reader_is_dropped_and_others_are_served_when_it_reads_nothing(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 200, filler="x" * 100_000)
    async with gateway() as running, connected(running.socket) as client:
        budget = running.gateway.budget
        stuck = Stuck(running.socket)
        await client.subscribe(order_id=str(order))
        await stuck.follow_everything(cursor=None)
        highest = 0
        for event in events:
            await publisher.batch([event])
            highest = max(highest, budget.used)
        await client.receives(events)
        await stuck.is_cut_off()
        assert highest < 2 * outbox.MOST_BYTES
        await until(lambda: budget.used < 100_000, within=30)


async def test_client_is_dropped_when_it_asks_and_asks_and_reads_no_answer(gateway: Gateways) -> None:
    async with gateway() as running, connected(running.socket) as client:
        stuck = Stuck(running.socket)
        await stuck.follow_everything(cursor=None)
        await stuck.ask_without_end()
        await stuck.is_cut_off()
        await client.subscribe(topic="dashboard")
        assert orjson.dumps(client.arrived) == b"[]"
