"""Following the gateway: what is told, and where it goes on after a cut. The gateway is a Socket.IO server of our own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from itertools import count
from socket import create_server
from typing import Any

import pytest
from socketio import ASGIApp, AsyncServer
from uvicorn import Config, Server

from ops.stack.errors import StackError
from ops.story.following import Cut, Happened, Resumed, Resync, follow
from ops.story.meaning import public_words


class FakeGateway:
    """Answers each subscription from `script`: the acknowledgement, then what it emits.

    The connections in `hung_up_on`, counted from 1, end before its first word.
    """

    def __init__(self, *script: tuple[dict[str, Any], list[tuple[str, Any]]]) -> None:
        self.hung_up_on: set[int] = set()
        self._connections = count(1)
        self.asked: list[dict[str, Any]] = []
        self.let_in: list[Any] = []
        self._tokens = count(1)
        self._script = list(script)
        self._socket: Any = AsyncServer(async_mode="asgi", transports=["websocket"])
        self._socket.on("connect", self._connect)
        self._socket.on("subscribe", self._subscribe)
        self._application: Any = ASGIApp(self._socket)
        self._tasks: list[asyncio.Task[None]] = []

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if next(self._connections) in self.hung_up_on:
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close"})
        else:
            await self._application(scope, receive, send)

    def next_token(self) -> str:
        return f"token-{next(self._tokens)}"

    async def _connect(self, client: str, environ: dict[str, Any], auth: Any) -> None:
        self.let_in.append(auth)

    async def _subscribe(self, client: str, wanted: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(wanted)
        answer, emitted = self._script.pop(0)
        self._tasks.append(asyncio.create_task(self._emit(client, emitted)))
        return answer

    async def _emit(self, client: str, emitted: list[tuple[str, Any]]) -> None:
        for name, payload in emitted:
            if name == "cut":
                await self._socket.disconnect(client)
            else:
                await self._socket.emit(name, payload, to=client)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[str]:
        """Its URL."""
        server = Server(
            Config(self._answer, interface="asgi3", log_level="error", lifespan="off", ws="websockets-sansio")
        )
        with create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.create_task(server.serve([listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


def item(number: int) -> dict[str, Any]:
    return {"cursor": f"cursor-{number}", "event": {"type": "order.created", "id": f"event-{number}"}}


OK = {"ok": True, "cursor": "cursor-0"}


async def told(gateway: FakeGateway, wanted: int) -> list[object]:
    heard: list[object] = []
    async with (
        gateway.listening() as url,
        aclosing(follow(url, {"topic": "dashboard"}, gateway.next_token)) as news,
    ):
        async with asyncio.timeout(30):
            async for one in news:
                heard.append(one.event["id"] if isinstance(one, Happened) else one)
                if len(heard) == wanted:
                    break
    return heard


async def test_each_event_is_told_once_and_in_order_when_the_connection_is_cut() -> None:
    gateway = FakeGateway(
        (OK, [("events", [item(1), item(2)]), ("cut", None)]),
        (OK, [("events", [item(3)]), ("event", item(4))]),
    )
    assert await told(gateway, 6) == ["event-1", "event-2", Cut(), Resumed(), "event-3", "event-4"]
    assert gateway.asked == [
        {"topic": "dashboard"},
        {"topic": "dashboard", "cursor": "cursor-2"},
    ]
    assert gateway.let_in == [{"token": "token-1"}, {"token": "token-2"}]


async def test_it_comes_back_when_the_gateway_ends_before_its_first_word() -> None:
    gateway = FakeGateway((OK, [("event", item(1)), ("cut", None)]), (OK, [("event", item(2))]))
    gateway.hung_up_on = {2}
    assert await told(gateway, 4) == ["event-1", Cut(), Resumed(), "event-2"]


async def test_subscription_resumes_where_it_began_when_nothing_was_heard_before_the_cut() -> None:
    gateway = FakeGateway((OK, [("cut", None)]), (OK, [("event", item(1))]))
    assert await told(gateway, 3) == [Cut(), Resumed(), "event-1"]
    assert gateway.asked[1]["cursor"] == "cursor-0"


async def test_resync_is_told_and_gone_on_from_when_the_cursor_is_too_old() -> None:
    gateway = FakeGateway(
        (OK, [("cut", None)]),
        (OK, [("resync", {"reason": "too old", "cursor": "cursor-9"}), ("cut", None)]),
        (OK, [("event", item(10))]),
    )
    assert await told(gateway, 6) == [Cut(), Resumed(), Resync("too old"), Cut(), Resumed(), "event-10"]
    assert gateway.asked[2]["cursor"] == "cursor-9"


async def test_refusal_is_told_when_the_first_subscription_is_refused() -> None:
    with pytest.raises(StackError, match="not ready"):
        await told(FakeGateway(({"ok": False, "error": "the gateway is not ready"}, [])), 1)


async def test_it_is_tried_again_when_a_later_subscription_is_refused() -> None:
    gateway = FakeGateway(
        (OK, [("cut", None)]), ({"ok": False, "error": "not ready"}, []), (OK, [("event", item(1))])
    )
    assert await told(gateway, 3) == [Cut(), Resumed(), "event-1"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"number": "EF-1", "total": 4498, "currency": "USD", "items": [{"sku": "MUG", "quantity": 2}]},
            "EF-1, 44.98 USD, 2 MUG",
        ),
        ({"amount": 500, "currency": "EUR", "code": "x", "message": "Declined."}, "5.00 EUR, Declined."),
        ({"lines": [{"sku": "MUG", "requested": 2, "available": 1}], "reason": "out_of_stock"}, "2 MUG, out_of_stock"),
        ({"sku": "MUG", "available": 3, "threshold": 5}, "3 available"),
        ({}, ""),
    ],
)  # fmt: skip
def test_words_of_a_published_event_say_what_it_is_about(data: dict[str, Any], said: str) -> None:
    assert public_words(data) == said
