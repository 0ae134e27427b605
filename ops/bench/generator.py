"""The load generator, a process of its own: `python -m ops.bench.generator`.

Reads a Plan from stdin, says when it begins, sends every request at its time or as soon as a connection is free, and
writes what came back. Times are of the machine's monotonic clock, which all its processes share.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from time import monotonic, process_time
from typing import cast

import orjson
import uvloop

from ops.bench.arrivals import arrivals
from ops.stack.site import HOST

# Loopback only, and bounded: whoever mistypes a rate does not take the machine down.
MOST_REQUESTS = 1_000_000
CONNECTIONS = 128
# After the last arrival; what is not answered by then is not answered.
PATIENCE = 30.0

_LEAD = 0.2
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Plan:
    """`bodies` are sent in turn to `path` with `token`, each with an idempotency key that starts with `key`."""

    port: int
    path: str
    bodies: Sequence[str]
    token: str
    rate: float
    seconds: float
    seed: int
    key: str


@dataclass(slots=True)
class Answers:
    """By index of the arrival: when it was meant to leave, was answered (0: never) and how, with which id."""

    intended: list[float]
    answered: list[float]
    statuses: list[int]
    ids: list[str | None]
    cpu_seconds: float = 0.0

    @classmethod
    def none_yet(cls, intended: list[float]) -> "Answers":
        return cls(intended, [0.0] * len(intended), [0] * len(intended), [None] * len(intended))


class Generator:
    """Sends the plan's requests over connections that are opened before the first is due and kept."""

    def __init__(self, plan: Plan) -> None:
        times = arrivals(plan.rate, plan.seconds, plan.seed)
        if len(times) > MOST_REQUESTS:
            raise ValueError(f"{len(times)} requests; {MOST_REQUESTS} are the most")
        self._plan = plan
        self._heads = [_head(plan, body) for body in plan.bodies]
        self._transports: list[asyncio.BaseTransport] = []
        self._idle: deque[_Connection] = deque()
        self._due: deque[int] = deque()
        self._next = self._open = 0
        self._ended = asyncio.Event()
        self.answers = Answers.none_yet(times)

    async def run(self) -> None:
        """Returns when everything is answered, or patience is at an end."""
        for _ in range(CONNECTIONS):
            transport, _ = await asyncio.get_running_loop().create_connection(
                lambda: _Connection(self), HOST, self._plan.port
            )
            self._transports.append(transport)
        began, spent = monotonic() + _LEAD, process_time()
        self.answers.intended = [began + time for time in self.answers.intended]
        sys.stdout.write(f"{began}\n")
        sys.stdout.flush()
        self._open = len(self.answers.intended)
        self._send_due()
        # What is not answered by then shows in the answers.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAD + self._plan.seconds + PATIENCE):
                await self._ended.wait()
        self.answers.cpu_seconds = process_time() - spent
        for transport in self._transports:
            transport.close()

    def _send_due(self) -> None:
        # Nothing leaves early; as the loop's timers have a resolution of 1 ms, it leaves up to that late.
        now = monotonic()
        intended = self.answers.intended
        while self._next < len(intended) and intended[self._next] <= now:
            self._due.append(self._next)
            self._next += 1
        self._send()
        if self._next < len(intended):
            asyncio.get_running_loop().call_later(max(0.001, intended[self._next] - now), self._send_due)

    def _send(self) -> None:
        while self._due and self._idle:
            index = self._due.popleft()
            head, body = self._heads[index % len(self._heads)]
            self._idle.popleft().send(
                index, b"%s%s-%d\r\n\r\n%s" % (head, self._plan.key.encode(), index, body)
            )

    def connected(self, connection: "_Connection") -> None:
        self._idle.append(connection)
        self._send()

    def answered(self, index: int, status: int, body: bytes) -> None:
        self.answers.answered[index] = monotonic()
        self.answers.statuses[index] = status
        if status < 300:
            self.answers.ids[index] = orjson.loads(body)["id"]
        self._close()

    def lost(self, connection: "_Connection", index: int | None) -> None:
        """The server has hung up: on an idle connection it may, else the request has come to nothing."""
        if index is None:
            self._idle.remove(connection)
        else:
            self._close()

    def _close(self) -> None:
        self._open -= 1
        if self._open == 0:
            self._ended.set()


class _Connection(asyncio.Protocol):
    """One request at a time, answered with a Content-Length."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._transport: asyncio.WriteTransport | None = None
        self._index: int | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._generator.connected(self)

    def send(self, index: int, request: bytes) -> None:
        assert self._transport is not None
        self._index = index
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found or len(body) < content_length(head) or self._index is None:
            return
        index, self._index, self._buffer = self._index, None, b""
        self._generator.answered(index, int(head[9:12]), body)
        self._generator.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._generator.lost(self, self._index)


def content_length(head: bytes) -> int:
    """What the head of an answer says about its body; 0 when it says nothing."""
    _, found, rest = head.lower().partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _head(plan: Plan, body: str) -> tuple[bytes, bytes]:
    content = body.encode()
    head = (
        f"POST {plan.path} HTTP/1.1\r\nHost: {HOST}:{plan.port}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {plan.token}\r\nContent-Length: {len(content)}\r\nIdempotency-Key: "
    )
    return head.encode(), content


def main() -> None:
    wanted = orjson.loads(sys.stdin.buffer.readline())
    generator = Generator(Plan(**wanted))
    uvloop.run(generator.run())
    # Unbuffered (PYTHONUNBUFFERED), stdout may take a part of it and say so; a buffered writer takes all.
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        output.write(orjson.dumps(asdict(generator.answers)))


if __name__ == "__main__":
    main()
