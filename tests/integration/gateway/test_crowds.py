"""Many sockets, tokens and frames of somebody who means no good: bounded, and nobody else is kept out."""

import asyncio
from contextlib import AsyncExitStack, suppress

import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from notification_gateway import places
from notification_gateway.sockets import FRAMES_AT_ONCE
from shared.identity.callers import Role
from shared.testing.identity import Signer
from tests.integration.gateway.client import GREETING, SIGNER, bare, connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.test_hostile_clients import holds_nothing
from tests.integration.platform.waiting import until

REFUSED_A_MINUTE = 20


async def test_oldest_stranger_is_dropped_and_nobody_else_when_there_are_too_many(
    gateway: Gateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_STRANGERS", 3)
    async with gateway() as running, connected(running.socket) as client, AsyncExitStack() as strangers:
        silent = [await strangers.enter_async_context(bare(running.socket)) for _ in range(4)]
        async with asyncio.timeout(5):  # sooner than for want of a greeting
            await silent[0].wait_closed()
        for socket in silent[1:]:
            await socket.send(GREETING)
            await socket.recv()
            assert str(await socket.recv()).startswith("40")
        await client.subscribe(topic="dashboard")
        async with connected(running.socket) as another:
            await another.subscribe(topic="dashboard")


@pytest.mark.parametrize(("role", "most"), [("customer", 2), ("staff", 3)])
async def test_new_socket_is_closed_with_a_reason_when_its_subject_has_many(
    gateway: Gateways, monkeypatch: pytest.MonkeyPatch, role: Role, most: int
) -> None:
    monkeypatch.setattr(places, "MOST_OF_ONE_CUSTOMER", 2)
    monkeypatch.setattr(places, "MOST_OF_ONE_SUBJECT", 3)
    token = SIGNER.token(role, "x-1")
    async with gateway() as running:
        async with AsyncExitStack() as open_ones:
            held = [
                await open_ones.enter_async_context(connected(running.socket, token)) for _ in range(most)
            ]
            async with connected(running.socket, token) as one_too_many:
                async with asyncio.timeout(30):
                    await one_too_many.dropped.wait()
                assert one_too_many.closing == [{"reason": "too_many_sockets"}]
            for each in [
                *held,
                await open_ones.enter_async_context(connected(running.socket, SIGNER.token(role, "x-2"))),
            ]:
                assert (await each.ask("unsubscribe", {"order_id": "01890000-0000-7000-8000-000000000000"}))[
                    "ok"
                ]
            await held[0].close()

            async def there_is_a_place_again() -> bool:
                async with connected(running.socket, token) as late:
                    answer = await late.socket.call("subscribe", {"customer_id": "x-1"}, timeout=30)
                    return answer["ok"]

            await until(there_is_a_place_again, within=30)
        await holds_nothing(running)


async def test_bad_tokens_use_up_the_quota_of_their_network_when_they_come_over_sockets(
    gateway: Gateways,
) -> None:
    bad = Signer().token("staff", "s-1")
    async with gateway() as running:
        reasons: list[str] = []
        # The minute may end in the middle of them.
        while "too_many_requests" not in reasons and len(reasons) <= 2 * REFUSED_A_MINUTE:
            async with bare(running.socket) as socket:
                await socket.recv()
                await socket.send("40" + orjson.dumps({"token": bad}).decode())
                reasons.append(orjson.loads(str(await socket.recv()).removeprefix("44"))["message"])
        assert reasons[-1] == "too_many_requests"
        assert set(reasons[:-1]) == {"wrong_signature"}
        assert len(reasons) > REFUSED_A_MINUTE
        async with connected(running.socket) as client:
            await client.subscribe(topic="dashboard")


@pytest.mark.parametrize("frame", ["3", '42/admin,["subscribe"]', '42["unheard"]'])
@pytest.mark.parametrize("greeting", [[], [GREETING]])
async def test_every_frame_counts_when_a_client_sends_without_end(
    gateway: Gateways, greeting: list[str], frame: str
) -> None:
    told: list[str | bytes] = []
    async with gateway() as running:
        async with bare(running.socket) as socket:
            with suppress(ConnectionClosed):
                for each in [*greeting, *[frame] * (2 * FRAMES_AT_ONCE)]:
                    await socket.send(each)
                async with asyncio.timeout(30):
                    while True:
                        told.append(await socket.recv())
        await holds_nothing(running)
    assert told[-1] == '42["closing",{"reason":"too_many_requests"}]'
