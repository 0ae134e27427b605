"""Real sockets of clients that mean harm: they keep nobody else out, and hold nothing for long."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.http import bounded_requests, crowd
from shared.http.bounded_requests import MOST_HEADERS, MOST_PIPELINED
from shared.http.server import serve_http
from shared.observability.metrics import REGISTRY

DEADLINE = 60.0
HALF_A_HEAD = b"GET /name HTTP/1.1\r\nHost: service\r\nX-Slow: "
THOUSANDS = 3_000


class Service:
    """Listens at `port`. What is asked of /held is answered when `let_go` is set; /endless never ends."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.ended = asyncio.Event()
        self.application = Starlette(
            routes=[
                Route("/name", self._name),
                Route("/held", self._held),
                Route("/endless", self._endless),
            ]
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    async def _name(self, _request: Request) -> Response:
        return Response("service")

    async def _held(self, _request: Request) -> Response:
        await self.let_go.wait()
        return Response("held")

    async def _endless(self, _request: Request) -> Response:
        return StreamingResponse(self._lines())

    async def _lines(self) -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b"x" * 65536
                await asyncio.sleep(0)
        finally:
            self.ended.set()

    async def connect(self, address: str = "127.0.0.2") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Linux has a whole network on the loopback: clients can come from any address of it."""
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))

    async def answer_to(self, sent: bytes) -> bytes:
        """All that the service says before it ends the connection."""
        reader, writer = await self.connect()
        writer.write(sent)
        async with asyncio.timeout(DEADLINE):
            answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer than usual, where thousands would only take longer."""
    monkeypatch.setattr(crowd, "MOST_CONNECTIONS", 200)
    monkeypatch.setattr(crowd, "MOST_OF_ONE_NETWORK", 50)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service, stop = Service(), asyncio.Event()
    async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as group:
        group.create_task(serve_http(service.application, "127.0.0.1", service.port, stop))
        await reachable(service)
        yield service
        service.let_go.set()
        stop.set()


async def reachable(service: Service) -> None:
    while True:
        try:
            _, writer = await service.connect()
        except ConnectionError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3 * THOUSANDS:
        pytest.skip("this account may not open so many sockets")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3 * THOUSANDS), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@asynccontextmanager
async def crowd_of(service: Service, size: int, *addresses: str) -> AsyncGenerator[None]:
    """So many connections, each of which sends nothing, or half the head of a request."""
    async with AsyncExitStack() as stack:
        for number in range(size):
            _, writer = await service.connect(addresses[number % len(addresses)])
            stack.callback(writer.close)
            if number % 2:
                writer.write(HALF_A_HEAD)
        yield


async def slowest_answer(service: Service, address: str, requests: int) -> float:
    """Each over a connection of its own; in seconds."""
    clock, slowest = asyncio.get_running_loop().time, 0.0
    for _ in range(requests):
        transport = httpx.AsyncHTTPTransport(local_address=address)
        async with httpx.AsyncClient(transport=transport, timeout=DEADLINE) as client:
            began = clock()
            answer = await client.get(f"http://127.0.0.1:{service.port}/name")
            slowest = max(slowest, clock() - began)
        assert answer.text == "service"
    return slowest


@pytest.mark.usefixtures("many_files")
async def test_others_are_answered_when_one_address_has_thousands_of_connections(service: Service) -> None:
    before = cut("crowded")
    async with crowd_of(service, THOUSANDS, "127.0.0.2"):
        assert await slowest_answer(service, "127.0.0.1", 20) < 5
        # Even those who share the address.
        assert await slowest_answer(service, "127.0.0.2", 20) < 5
    assert cut("crowded") >= before + THOUSANDS - crowd.MOST_OF_ONE_NETWORK


@pytest.mark.usefixtures("bounds")
async def test_others_are_answered_when_many_addresses_fill_the_listener(service: Service) -> None:
    async with crowd_of(service, 600, *(f"127.0.1.{host}" for host in range(1, 100))):
        assert await slowest_answer(service, "127.0.0.1", 20) < 5


@pytest.mark.usefixtures("bounds")
async def test_request_under_way_is_answered_when_a_crowd_comes(service: Service) -> None:
    reader, writer = await service.connect()
    writer.write(b"GET /held HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n")
    async with crowd_of(service, 200, "127.0.0.2"):
        service.let_go.set()
        assert (await reader.read()).endswith(b"held")
    writer.close()


async def test_connection_is_cut_when_nobody_reads_its_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_requests, "READING_SECONDS", 0.3)
    before = cut("stalled")
    _, writer = await service.connect()
    writer.write(b"GET /endless HTTP/1.1\r\nHost: service\r\n\r\n")
    await service.ended.wait()
    assert cut("stalled") == before + 1
    writer.transport.abort()


async def test_connection_is_cut_at_once_when_too_much_is_unread(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "MOST_UNREAD", 1)
    _, writer = await service.connect()
    writer.write(b"GET /endless HTTP/1.1\r\nHost: service\r\n\r\n")
    async with asyncio.timeout(bounded_requests.READING_SECONDS - 5):
        await service.ended.wait()
    writer.transport.abort()


async def test_newcomer_is_answered_when_all_others_leave_their_answers_unread(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "MOST_OF_ONE_NETWORK", 10)
    monkeypatch.setattr(bounded_requests, "READING_SECONDS", 10 * DEADLINE)
    async with AsyncExitStack() as stack:
        for _ in range(10):
            _, writer = await service.connect()
            stack.callback(writer.close)
            writer.write(b"GET /endless HTTP/1.1\r\nHost: service\r\n\r\n")
        # As soon as what the sockets take in by themselves is full.
        answered = False
        async with asyncio.timeout(DEADLINE):
            while not answered:
                with suppress(httpx.TransportError):
                    await slowest_answer(service, "127.0.0.2", 1)
                    answered = True


async def test_connection_is_ended_when_a_request_has_too_many_headers(service: Service) -> None:
    head = b"GET /name HTTP/1.1\r\nHost: service\r\nConnection: close\r\n" + b"X-More: 1\r\n" * MOST_HEADERS
    assert (await service.answer_to(head + b"\r\n")).startswith(b"HTTP/1.1 431 ")


async def test_connection_is_ended_when_requests_are_sent_without_waiting_for_answers(
    service: Service,
) -> None:
    one = b"GET /held HTTP/1.1\r\nHost: service\r\n\r\n"
    assert (await service.answer_to(one * (MOST_PIPELINED + 2))).startswith(b"HTTP/1.1 429 ")


async def test_requests_are_answered_when_a_few_are_sent_at_once(service: Service) -> None:
    one = b"GET /name HTTP/1.1\r\nHost: service\r\n\r\n"
    last = b"GET /name HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n"
    assert (await service.answer_to(one * (MOST_PIPELINED - 1) + last)).count(b"200 OK") == MOST_PIPELINED


def cut(why: str) -> float:
    return REGISTRY.get_sample_value("eventflow_http_cut_connections_total", {"why": why}) or 0.0
