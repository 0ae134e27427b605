"""A browser as the gateway sees it: Socket.IO's own client for Python, and a bare WebSocket for what it would not do."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import socketio
from websockets.asyncio.client import ClientConnection, connect

from tests.integration.gateway.publisher import Event

Json = dict[str, Any]
PATIENCE = 30.0


class Client:
    """`arrived` holds every `{"cursor", "event"}` in order, `batches` how many came in each `events`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._news = asyncio.Event()
        self.arrived: list[Json] = []
        self.batches: list[int] = []
        self.resyncs: list[Json] = []
        # Reconnecting by itself would hide that the gateway has dropped us.
        self.socket = socketio.AsyncClient(reconnection=False)
        self.dropped = asyncio.Event()
        self.socket.on("event", self._event)
        self.socket.on("events", self._events)
        self.socket.on("resync", self._resync)
        self.socket.on("disconnect", self._disconnect)

    async def connect(self) -> "Client":
        await self.socket.connect(self._url, transports=["websocket"])
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
        self._news.set()

    async def _events(self, items: list[Json]) -> None:
        self.arrived.extend(items)
        self.batches.append(len(items))
        self._news.set()

    async def _resync(self, told: Json) -> None:
        self.resyncs.append(told)
        self._news.set()

    async def _disconnect(self, reason: str) -> None:
        self.dropped.set()


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Client]:
    client = Client(url)
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
