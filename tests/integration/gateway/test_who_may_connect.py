"""Who is let in, what each may follow, and when it ends."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import structlog
from socketio.exceptions import ConnectionError as Refused
from structlog.testing import capture_logs

from notification_gateway.sockets import FRAMES_AT_ONCE
from shared.eventsourcing.ids import new_id
from shared.identity.callers import Role
from shared.identity.tokens import LEEWAY
from shared.observability.security_log import SECURITY
from shared.testing.identity import Signer
from tests.integration.gateway.client import SIGNER, Client, bare, connected
from tests.integration.gateway.conftest import Gateways
from tests.integration.gateway.publisher import Publisher, history_of
from tests.integration.gateway.test_hostile_clients import holds_nothing

STRANGER = Signer()
EXPIRED = SIGNER.token("staff", "s-1", exp=datetime.now(UTC) - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("auth", "reason"),
    [
        (None, "no_token"),
        ([], "no_token"),
        ("token", "no_token"),
        ({}, "no_token"),
        ({"token": None}, "no_token"),
        ({"token": ["x"]}, "no_token"),
        ({"token": ""}, "malformed"),
        ({"token": "x" * 20_000}, "too_long"),
        ({"token": STRANGER.token("staff", "s-1")}, "wrong_signature"),
        ({"token": EXPIRED}, "expired"),
    ],
)
async def test_client_is_told_why_and_sent_off_when_its_token_is_no_good(
    gateway: Gateways, auth: Any, reason: str
) -> None:
    async with gateway() as running:
        async with bare(running.socket) as socket:
            await socket.recv()
            await socket.send("40" + ("" if auth is None else orjson.dumps(auth).decode()))
            assert orjson.loads(str(await socket.recv()).removeprefix("44")) == {"message": reason}
            async with asyncio.timeout(30):
                await socket.wait_closed()
        await holds_nothing(running)


async def test_library_of_the_client_tells_the_reason_when_its_token_is_no_good(gateway: Gateways) -> None:
    async with gateway() as running:
        client = Client(running.socket, EXPIRED)
        reasons: list[Any] = []
        client.socket.on("connect_error", reasons.append)
        with pytest.raises(Refused):
            await client.connect()
        assert reasons == [{"message": "expired"}]


async def test_customers_follow_their_own_orders_alone_when_they_ask_for_all_kinds(
    gateway: Gateways, publisher: Publisher
) -> None:
    own, foreign = new_id(), new_id()
    mine, theirs = history_of(own, 2, customer="c-1"), history_of(foreign, 2, customer="c-2")
    async with gateway() as running, connected(running.socket, SIGNER.token("customer", "c-1")) as client:
        for refused in ({"topic": "dashboard"}, {"customer_id": "c-2"}, {"customer_id": "C-1"}):
            assert not (await client.ask("subscribe", refused))["ok"]
        # Whether there is such an order is nothing that the answer tells.
        for order_id in (own, foreign, new_id()):
            await client.subscribe(order_id=str(order_id))
        await publisher.batch(theirs)
        await publisher.batch(mine)
        await client.receives(mine)
        async with connected(running.socket, SIGNER.token("customer", "c-2")) as other:
            await other.subscribe(customer_id="c-2", cursor="0")
            await other.receives(theirs)
            # What was missed is kept from others likewise.
            await client.subscribe(customer_id="c-1", cursor="0")
            await other.subscribe(order_id=str(own), cursor="0")
            last = history_of(new_id(), 1, customer="c-2")
            await publisher.batch(last)
            await other.receives([*theirs, *last])
        assert client.ids == [event["id"] for event in mine]


@pytest.mark.parametrize("role", ["staff", "ops", "service"])
async def test_others_follow_everything_when_they_ask(
    gateway: Gateways, publisher: Publisher, role: Role
) -> None:
    order = new_id()
    events = history_of(order, 2, customer="c-1")
    async with gateway() as running, connected(running.socket, SIGNER.token(role, "x-1")) as client:
        await client.subscribe(order_id=str(order))
        await client.subscribe(customer_id="c-1")
        await client.subscribe(topic="dashboard")
        await client.ask("unsubscribe", {"topic": "dashboard"})
        await publisher.batch(events)
        await client.receives(events)


async def test_socket_ends_with_a_reason_and_nothing_is_missing_when_its_token_expires(
    gateway: Gateways, publisher: Publisher
) -> None:
    order = new_id()
    events = history_of(order, 6, customer="c-1")
    soon = SIGNER.token("customer", "c-1", exp=datetime.now(UTC) - LEEWAY + timedelta(seconds=4))
    async with gateway() as running:
        async with connected(running.socket, soon) as client:
            await client.subscribe(order_id=str(order), cursor="0")
            await publisher.batch(events[:3])
            await client.receives(events[:3])
            async with asyncio.timeout(30):
                await client.dropped.wait()
            assert client.closing == [{"reason": "token_expired"}]
            await holds_nothing(running)
            await publisher.batch(events[3:])
        async with connected(running.socket, SIGNER.token("customer", "c-1")) as again:
            await again.subscribe(order_id=str(order), cursor=client.cursor)
            await again.receives(events[3:])
        assert client.ids == [event["id"] for event in events[:3]]


async def test_socket_ends_with_a_reason_when_it_asks_too_often(gateway: Gateways) -> None:
    async with gateway() as running, connected(running.socket) as client:
        for _ in range(2 * FRAMES_AT_ONCE):
            await client.socket.emit("unsubscribe", {"topic": "dashboard"})
        async with asyncio.timeout(30):
            await client.dropped.wait()
        assert client.closing == [{"reason": "too_many_requests"}]
        await holds_nothing(running)


async def test_refusals_are_in_the_security_log_without_tokens_when_a_socket_or_a_room_is_refused(
    gateway: Gateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SECURITY, "_refused", {})  # what other tests were refused
    structlog.reset_defaults()  # nothing below CRITICAL is told in these tests
    with capture_logs() as lines:
        async with gateway() as running:
            with pytest.raises(Refused):
                await Client(running.socket, EXPIRED).connect()
            async with connected(running.socket, SIGNER.token("customer", "c-1")) as client:
                assert not (await client.ask("subscribe", {"customer_id": "c-2"}))["ok"]
                assert not (await client.ask("subscribe", {"unheard": "of"}))["ok"]
    told = [line for line in lines if line.get("log") == "security"]
    assert [(line["reason"], line["subject"], line["role"]) for line in told] == [
        ("expired", None, None),
        ("not_theirs", "c-1", "customer"),
    ]
    # A customer's address is personal.
    assert [line["address"] for line in told] == ["127.0.0.1", None]
    assert EXPIRED not in str(lines)
