"""Real sockets: what a client sees while servers come and go."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import structlog
from fastapi import APIRouter, Request

from shared.http import bounded_requests, server
from shared.http.access import public
from shared.http.actor import address_of
from shared.http.application import create_application
from shared.http.bounded_requests import HEADER_LIMIT
from shared.http.json_bodies import JsonRoute
from shared.http.server import serve_http

DEADLINE = 10.0


class Service:
    """One process's worth: an application with a request that waits until it is let go."""

    def __init__(self, name: str, port: int, *, share_port: bool = True, trusted_proxies: str = "") -> None:
        self.name = name
        self.port = port
        self.answered = False
        self.entered = asyncio.Event()
        self.let_go = asyncio.Event()
        self._stop = asyncio.Event()
        application = create_application(title=name, version="1", routers=[self._router()], health_checks=[])
        self._serving = asyncio.create_task(
            serve_http(
                application,
                "127.0.0.1",
                port,
                self._stop,
                share_port=share_port,
                trusted_proxies=trusted_proxies,
            )
        )

    def _router(self) -> APIRouter:
        router = APIRouter(route_class=JsonRoute)

        @router.get("/name")
        @public
        async def name() -> str:
            return self.name

        @router.get("/address")
        @public
        async def address(request: Request) -> str | None:
            return address_of(request.scope)

        @router.get("/slow")
        @public
        async def slow() -> str:
            self.entered.set()
            await self.let_go.wait()
            self.answered = True
            return "done"

        @router.post("/context")
        @public
        async def context(request: Request) -> dict[str, str]:
            await request.body()
            inherited = structlog.contextvars.get_contextvars()
            structlog.contextvars.bind_contextvars(order_id="left behind")
            return inherited

        return router

    async def listening(self) -> Service:
        await self._until(accepting=True)
        return self

    async def deaf(self) -> None:
        await self._until(accepting=False)

    async def _until(self, *, accepting: bool) -> None:
        async with asyncio.timeout(DEADLINE):
            while True:
                if await self._accepts() is accepting:
                    return
                await asyncio.sleep(0.01)

    async def _accepts(self) -> bool:
        if self._serving.done():
            self._serving.result()
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            # Refused, or reset because it stood in the queue of a listener that was just closed.
            return False
        return True

    def stop(self) -> None:
        self._stop.set()

    async def stopped(self) -> None:
        async with asyncio.timeout(DEADLINE):
            await self._serving


@pytest.fixture
def port() -> Iterator[int]:
    """A port of our own: bound, so that nobody else is given it, but not listened on."""
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


@asynccontextmanager
async def browser(port: int) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE) as client:
        yield client


async def answered_by(port: int) -> str:
    async with browser(port) as client:
        return (await client.get("/name")).json()


async def test_two_servers_answer_when_they_share_a_port(port: int) -> None:
    one = await Service("one", port).listening()
    two = Service("two", port)
    seen: set[str] = set()
    async with asyncio.timeout(DEADLINE):
        while seen != {"one", "two"}:
            seen.add(await answered_by(port))

    one.stop()
    await one.stopped()

    assert {await answered_by(port) for _ in range(20)} == {"two"}
    two.stop()
    await two.stopped()


async def test_request_in_flight_is_answered_when_the_server_stops(port: int) -> None:
    service = await Service("one", port).listening()
    async with browser(port) as client:
        asked = asyncio.create_task(client.get("/slow"))
        await asyncio.wait_for(service.entered.wait(), DEADLINE)

        service.stop()
        await service.deaf()
        service.let_go.set()
        response = await asked

    await service.stopped()
    assert (response.status_code, response.json()) == (200, "done")
    assert response.headers["connection"] == "close"
    assert service.answered


async def test_server_stops_at_once_when_connections_are_idle(port: int) -> None:
    service = await Service("one", port).listening()
    async with browser(port) as client:
        await client.get("/name")

        service.stop()
        await asyncio.wait_for(service.stopped(), 2)


async def test_server_stops_in_time_when_a_request_does_not_end(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "DRAIN_SECONDS", 0.2)
    service = await Service("one", port).listening()
    async with browser(port) as client:
        asked = asyncio.create_task(client.get("/slow"))
        await asyncio.wait_for(service.entered.wait(), DEADLINE)

        service.stop()
        await service.stopped()
        response = await asked

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "urn:eventflow:problem:unavailable"
    assert not service.answered


@pytest.mark.parametrize(
    ("trusted", "sent", "seen"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("198.51.100.0/24", "203.0.113.9", "127.0.0.1"),
        ("198.51.100.7,127.0.0.0/8", "203.0.113.9", "203.0.113.9"),
        # Whatever the client has put before it, what counts was written by the proxy.
        ("127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "2001:db8::9", "2001:db8::9"),
        # What is no address, which a network of trusted clients could make up.
        ("127.0.0.0/8", "foo:bar", "127.0.0.1"),
        ("127.0.0.0/8", "nowhere", "127.0.0.1"),
        ("127.0.0.0/8", "fe80::1%x", "127.0.0.1"),
    ],
)
async def test_forwarded_address_counts_when_it_comes_from_a_trusted_proxy(
    port: int, trusted: str, sent: str, seen: str
) -> None:
    service = await Service("one", port, trusted_proxies=trusted).listening()
    async with browser(port) as client:
        assert (await client.get("/address", headers={"X-Forwarded-For": sent})).json() == seen
    service.stop()
    await service.stopped()


async def test_signals_stay_with_the_caller(port: int) -> None:
    before = signal.getsignal(signal.SIGTERM)
    service = await Service("one", port).listening()

    assert signal.getsignal(signal.SIGTERM) is before
    service.stop()
    await service.stopped()


async def test_port_is_refused_when_somebody_else_listens_and_it_is_not_shared(port: int) -> None:
    first = await Service("one", port).listening()
    second = Service("two", port, share_port=False)

    with pytest.raises(OSError, match="in use"):
        await second.stopped()
    first.stop()
    await first.stopped()


async def test_connection_is_closed_when_its_headers_never_end(port: int) -> None:
    service = await Service("one", port).listening()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"GET /name HTTP/1.1\r\n" + b"x-padding: " + b"x" * (HEADER_LIMIT + 1))
    answer = await asyncio.wait_for(reader.read(), DEADLINE)

    assert answer.startswith(b"HTTP/1.1 431 ")
    writer.close()
    service.stop()
    await service.stopped()


async def test_body_is_not_counted_as_headers(port: int) -> None:
    service = await Service("one", port).listening()
    async with browser(port) as client:
        for _ in range(3):
            response = await client.post("/name", content=b"x" * HEADER_LIMIT * 2)
            assert response.status_code == 405

    service.stop()
    await service.stopped()


async def test_request_inherits_nothing_when_its_connection_is_reused(port: int) -> None:
    service = await Service("one", port).listening()
    async with browser(port) as client:
        # A body beyond the server's read buffer, so that reading is resumed from within the request's context.
        answers = [await client.post("/context", content=b"x" * 4 * HEADER_LIMIT) for _ in range(3)]

    assert [answer.json() for answer in answers] == [{}, {}, {}]
    service.stop()
    await service.stopped()


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /name HT", b"POST /context HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"],
    ids=["nothing", "half a head", "half a body"],
)
async def test_connection_is_closed_when_a_client_does_not_send_its_request(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """Enough of them would use up the process's sockets."""
    monkeypatch.setattr(bounded_requests, "REQUEST_SECONDS", 0.2)
    service = await Service("one", port).listening()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(DEADLINE):
        assert await reader.read() == b""
    writer.close()
    service.stop()
    await service.stopped()


async def test_connection_stays_when_the_answer_takes_longer_than_the_request_may(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_requests, "REQUEST_SECONDS", 0.2)
    service = await Service("one", port).listening()
    async with browser(port) as client:
        answer = asyncio.create_task(client.get("/slow"))
        await service.entered.wait()
        await asyncio.wait({answer}, timeout=0.5)
        service.let_go.set()
        assert (await answer).json() == "done"
    service.stop()
    await service.stopped()
