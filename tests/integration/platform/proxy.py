"""A cable between a client and a server that a test can cut, at a chosen moment or at once, or let go silent."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit

COMMIT = b"COMMIT;"


class CutAt(Enum):
    """When the cable breaks, seen from the next COMMIT on it."""

    BEFORE_COMMIT = "the server never sees it"
    DURING_COMMIT = "the server sees it and is still at work"
    BEFORE_ITS_ANSWER = "the server has done it and the answer is on its way"


class Proxy:
    """Forwards to `url`'s server. `url` of the proxy is the same with another port."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = parts.hostname or "", parts.port or 0
        self._base = url
        self._cables: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._connected = True
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.cut_at: CutAt | None = None
        self.silent_at_commit = False
        self.stays_cut = False
        self.cuts = 0
        self.port = 0

    @property
    def url(self) -> str:
        return self._base.replace(f":{self._server[1]}/", f":{self.port}/")

    def cut(self, *, for_good: bool = False) -> None:
        """Breaks what is connected now; `for_good`: and whoever tries again, until `mend`."""
        self._connected = not for_good
        for cable in list(self._cables):
            self._break(cable)

    def mend(self) -> None:
        self._connected = True

    def fall_silent(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._flowing.clear()

    def speak_again(self) -> None:
        """What comes from now on passes; what is connected now is cut."""
        self.cut()
        self._flowing.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._connected:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(*self._server)
        cable = (writer, server_writer)
        self._cables.add(cable)
        answer_lost = asyncio.Event()
        with suppress(OSError):
            await asyncio.gather(
                self._forward(reader, server_writer, cable, answer_lost),
                self._back(server_reader, writer, cable, answer_lost),
            )
        self._break(cable)

    async def _forward(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        cable: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        answer_lost: asyncio.Event,
    ) -> None:
        while data := await source.read(65_536):
            if self.silent_at_commit and COMMIT in data:
                self.fall_silent()
            await self._flowing.wait()
            moment = self.cut_at if COMMIT in data else None
            if moment is not None:
                self.cut_at = None
                self.cuts += 1
                self._connected = not self.stays_cut
            if moment is CutAt.BEFORE_COMMIT:
                break
            if moment is CutAt.BEFORE_ITS_ANSWER:
                answer_lost.set()
            sink.write(data)
            await sink.drain()
            if moment is CutAt.DURING_COMMIT:
                break
        self._break(cable)

    async def _back(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        cable: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        answer_lost: asyncio.Event,
    ) -> None:
        while data := await source.read(65_536):
            await self._flowing.wait()
            if answer_lost.is_set():
                break
            sink.write(data)
            await sink.drain()
        self._break(cable)

    def _break(self, cable: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self._cables.discard(cable)
        for end in cable:
            end.transport.abort()


@asynccontextmanager
async def proxied(url: str) -> AsyncGenerator[Proxy]:
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut(for_good=True)
