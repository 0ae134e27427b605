"""A browser as the gateway sees it: Socket.IO's own client for Python, and a bare WebSocket for what it would not do."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import socketio
import socketio.exceptions
from websockets.asyncio.client import ClientConnection, connect

from shared.testing.identity import Signer
from tests.integration.gateway.publisher import Event

Json = dict[str, Any]
PATIENCE = 30.0
# Whose tokens the gateways of these tests believe.
SIGNER = Signer()
GREETING = "40" + orjson.dumps({"token": SIGNER.token("staff", "s-1")}).decode()


class Client:
    """`arrived` holds every `{"cursor", "event"}` in order, `batches` how many came in each `events`."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url = url
        self._auth = None if token is None else {"token": token}
        self.closing: list[Json] = []
        self._news = asyncio.Event()
        self.arrived: list[Json] = []
        self.batches: list[int] = []
        self.resyncs: list[Json] = []
        # Called with each of them, and with the name of the message that brought it.
        self.on_item: Callable[[str, Json], None] = lambda name, item: None
        # Reconnecting by itself would hide that the gateway has dropped us.
        # A session of our own: the library leaves its own open when the gateway ends the connection.
        self._session = aiohttp.ClientSession()
        self.socket: Any = socketio.AsyncClient(reconnection=False, http_session=self._session)
        self.dropped = asyncio.Event()
        self.socket.on("event", self._event)
        self.socket.on("events", self._events)
        self.socket.on("resync", self._resync)
        self.socket.on("closing", self.closing.append)
        self.socket.on("disconnect", self._disconnect)

    async def connect(self) -> "Client":
        try:
            await self.socket.connect(self._url, auth=self._auth, transports=["websocket"])
        except socketio.exceptions.ConnectionError:
            await self._session.close()
            raise
        return self

    async def subscribe(self, **wanted: Any) -> str:
        """The cursor of an acknowledgement that has to be ok."""
        answer = await self.ask("subscribe", wanted)
        assert answer["ok"] is True, answer
        return str(answer["cursor"])

    async def ask(self, name: str, *payload: Any) -> Json:
        return await self.socket.call(name, payload, timeout=PATIENCE)

    async def close(self) -> None:
        await self.socket.disconnect()
        await self._session.close()

    @property
    def ids(self) -> list[str]:
        return [each["event"]["id"] for each in self.arrived]

    @property
    def cursor(self) -> str:
        return str(self.arrived[-1]["cursor"])

    async def receives(self, events: list[Event]) -> None:
        """Returns once as many events have come, which have to be these, in this order."""
        await self.hears(lambda: len(self.arrived) >= len(events))
        assert self.ids == [event["id"] for event in events]

    async def hears(self, enough: Any) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not enough():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            told = f"{len(self.arrived)} events and {self.resyncs}"
            raise AssertionError(f"not heard within {PATIENCE} s, but {told}") from None

    async def _event(self, item: Json) -> None:
        self.arrived.append(item)
        self.on_item("event", item)
        self._news.set()

    async def _events(self, items: list[Json]) -> None:
        self.arrived.extend(items)
        for item in items:
            self.on_item("events", item)
        self.batches.append(len(items))
        self._news.set()

    async def _resync(self, told: Json) -> None:
        self.resyncs.append(told)
        self._news.set()

    async def _disconnect(self, reason: str) -> None:
        self.dropped.set()


@asynccontextmanager
async def connected(url: str, token: str | None = None) -> AsyncGenerator[Client]:
    """A client, of the staff unless `token` says otherwise."""
    client = Client(url, token or SIGNER.token("staff", "s-1"))
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def bare(url: str, **options: Any) -> AsyncGenerator[ClientConnection]:
    """A WebSocket on which nothing was said yet but the server's first frame."""
    address = url.replace("http://", "ws://") + "/socket.io/?EIO=4&transport=websocket"
    async with connect(address, proxy=None, compression=None, **options) as socket:
        yield socket


class Stuck:
    """A client, of the staff unless `token` says otherwise, that follows from the beginning on and reads none of it."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._greeting = GREETING if token is None else "40" + orjson.dumps({"token": token}).decode()
        self._address = urlsplit(url)
        self._writer: asyncio.StreamWriter | None = None

    async def follow_everything(self, cursor: str | None = "0", **room: str) -> None:
        """Returns once the subscription is acknowledged."""
        host, port = self._address.hostname or "", self._address.port or 0
        # The least that the kernel buffers for us.
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, (host, port))
        reader, self._writer = await asyncio.open_connection(sock=raw, limit=4096)
        self._writer.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        wanted = (room or {"topic": "dashboard"}) | ({} if cursor is None else {"cursor": cursor})
        self._send(self._greeting.encode())
        self._send(b"420" + orjson.dumps(["subscribe", wanted]))
        await reader.readuntil(b"430[")

    async def ask_without_end(self) -> None:
        """Returns when the gateway has had enough of us."""
        assert self._writer is not None
        with suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    self._send(b'421["subscribe",{"topic":"nothing"}]')
                    await self._writer.drain()

    async def is_cut_off(self) -> None:
        """Returns once the connection is at an end, though we still do not read from it."""
        assert self._writer is not None
        with suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while not self._writer.transport.is_closing():
                    self._send(b"3")
                    await self._writer.drain()
                    await asyncio.sleep(0.05)

    async def close(self) -> None:
        assert self._writer is not None
        self._writer.transport.abort()

    def _send(self, text: bytes) -> None:
        """A text frame with an empty mask."""
        assert self._writer is not None
        length = bytes([len(text)]) if len(text) < 126 else b"~" + len(text).to_bytes(2)
        head = bytes([0x81, 0x80 | length[0]]) + length[1:]
        self._writer.write(head + bytes(4) + text)
