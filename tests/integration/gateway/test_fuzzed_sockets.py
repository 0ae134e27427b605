"""Whatever hypothesis says to the gateway's socket: nothing of it is held afterwards, and others are served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.fuzzing.tally import ON_REAL_SERVERS, tried
from tests.integration.gateway.client import GREETING, bare, connected
from tests.integration.gateway.conftest import Gateways, Running
from tests.integration.gateway.test_hostile_clients import holds_nothing

_SOCKETS = 20

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
fields = st.sampled_from(["order_id", "customer_id", "topic", "cursor", "token", "more"])
known: st.SearchStrategy[Any] = st.sampled_from(
    ["dashboard", "c-1", "0", "", "01890000-0000-7000-8000-000000000000", None, 0, [], {}]
)
requests = st.dictionaries(fields, known | json_values, max_size=3)
names = st.sampled_from(["subscribe", "unsubscribe", "connect", "disconnect", "*", ""]) | st.text(max_size=10)


def _text(document: Any) -> str:
    return orjson.dumps(document).decode()


def _event(head: str, name: str, payload: list[Any]) -> str:
    return head + _text([name, *payload])


def _greeting(auth: Any) -> str:
    return "40" + _text(auth)


heads = st.sampled_from(["42", "420", "421", "42/admin,", "42/,7", "451-", "43", "430"])
emitted = st.builds(_event, heads, names, st.lists(requests | json_values, max_size=2))
greetings = st.builds(_greeting, requests | json_values)
prefixed = st.tuples(st.sampled_from("0123456789b"), st.text(max_size=50)).map("".join)
frames = st.lists(
    st.one_of(emitted, greetings, prefixed, st.just(GREETING), st.text(max_size=50), st.binary(max_size=50)),
    min_size=1,
    max_size=8,
)


@pytest.fixture
async def running(gateway: Gateways) -> AsyncIterator[Running]:
    async with gateway() as running:
        yield running


@ON_REAL_SERVERS
@given(st.lists(st.tuples(st.booleans(), frames), min_size=_SOCKETS, max_size=_SOCKETS))
async def test_nothing_is_held_and_others_are_served_when_clients_say_anything(
    running: Running, said: list[tuple[bool, list[str | bytes]]]
) -> None:
    await asyncio.gather(
        *(_say(running.socket, [GREETING, *all_of_it] if greets else all_of_it) for greets, all_of_it in said)
    )

    await holds_nothing(running)
    async with connected(running.socket) as client:
        await client.subscribe(topic="dashboard")
    await holds_nothing(running)
    tried("sockets with rubbish", len(said))
    tried("frames said over them", sum(len(all_of_it) for _, all_of_it in said))


async def _say(url: str, frames: list[str | bytes]) -> None:
    """Returns when the gateway has taken all of it: it answers a ping behind it, or has closed."""
    async with bare(url) as socket:
        with suppress(ConnectionClosed):
            for frame in frames:
                await socket.send(frame)
            async with asyncio.timeout(30):
                await (await socket.ping())
