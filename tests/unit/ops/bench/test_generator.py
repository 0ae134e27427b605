"""The generator against a server of ours: it keeps its times, counts every answer, and waits for nobody."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ops.bench import generator
from ops.bench.generator import Generator, Plan, content_length

Answering = Callable[[int], Awaitable[bytes]]


class Server:
    """Answers each request with what `answering` makes of its number; remembers the keys."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self.keys: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(content_length(head))
                self.keys.append(head.rpartition(b"Idempotency-Key: ")[2].strip())
                writer.write(await self._answering(len(self.keys)))
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def serving(answering: Answering) -> AsyncGenerator[tuple[Server, int]]:
    server = Server(answering)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        yield server, listening.sockets[0].getsockname()[1]


def plan(port: int, rate: float, seconds: float) -> Plan:
    return Plan(port, "/orders", ['{"a": 1}', '{"b": 2}'], "token", rate, seconds, 1, "key")


def answer(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d Whatever\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


async def accepted(number: int) -> bytes:
    return answer(201, b'{"id": "order-%d"}' % number)


async def test_every_request_is_answered_once_with_a_key_of_its_own() -> None:
    async with serving(accepted) as (server, port):
        sending = Generator(plan(port, 500, 0.4))
        await sending.run()
    answers = sending.answers
    assert answers.statuses == [201] * 200
    assert len(set(answers.ids)) == 200
    assert len(set(server.keys)) == 200
    assert all(done >= meant for meant, done in zip(answers.intended, answers.answered, strict=True))


async def test_latency_counts_from_the_intended_moment_when_the_server_stalls() -> None:
    """What is due while every connection waits is late, and shows it."""
    free = asyncio.Event()

    async def stalling(number: int) -> bytes:
        await free.wait()
        return await accepted(number)

    async with serving(stalling) as (_, port):
        sending = Generator(plan(port, 1_000, 0.3))
        asyncio.get_running_loop().call_later(1.0, free.set)
        await sending.run()
    answers = sending.answers
    waits = [done - meant for meant, done in zip(answers.intended, answers.answered, strict=True)]
    assert answers.statuses == [201] * 300
    assert min(waits) > 0.3


async def test_refusals_are_told_from_what_was_accepted() -> None:
    async def refusing(number: int) -> bytes:
        return answer(503, b"busy") if number % 2 else await accepted(number)

    async with serving(refusing) as (_, port):
        sending = Generator(plan(port, 500, 0.2))
        await sending.run()
    assert (sending.answers.statuses.count(503), sending.answers.statuses.count(201)) == (50, 50)
    assert sum(order_id is not None for order_id in sending.answers.ids) == 50


async def test_what_is_never_answered_is_counted_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "PATIENCE", 0.2)
    never = asyncio.Event()

    async def silent(number: int) -> bytes:
        await never.wait()
        return b""

    async with serving(silent) as (_, port):
        sending = Generator(plan(port, 100, 0.2))
        await sending.run()
        never.set()
    assert sending.answers.statuses == [0] * 20


async def test_answers_are_read_whole_when_they_come_in_pieces() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(content_length(head))
                whole = await accepted(1)
                for piece in (whole[:20], whole[20:50], whole[50:]):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        sending = Generator(plan(listening.sockets[0].getsockname()[1], 100, 0.2))
        await sending.run()
    assert sending.answers.ids == ["order-1"] * 20


def test_more_requests_than_the_bound_are_refused() -> None:
    with pytest.raises(ValueError, match="are the most"):
        Generator(plan(1, 2_000, 1_000))


@pytest.mark.parametrize(
    ("head", "length"),
    [(b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nx: y", 12), (b"HTTP/1.1 204 No Content", 0)],
)
def test_length_of_a_body_is_what_the_head_says(head: bytes, length: int) -> None:
    assert content_length(head) == length
