"""Wires between a part and its servers. What is connected can go dead: packets are dropped, and nobody is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from ops.stack.site import HOST

# Here the far end's keepalives are answered, by us; over a dead network it would give up after so long.
KEEPALIVE = 8.0


class _Cable:
    """One connection. `dead`: nothing of either end reaches the other, not even its farewell."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.dead = False

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                if not self.dead:
                    sink.write(data)
                    await sink.drain()
        if not self.dead:
            sink.close()

    def cut(self) -> None:
        self.near.transport.abort()
        self.far.transport.abort()


class Wire:
    """Leads to a port of this machine from a port of its own."""

    def __init__(self, far_port: int) -> None:
        self._far_port = far_port
        self._cables: set[_Cable] = set()
        self.port = 0

    def go_dead(self) -> int:
        """Silences for good what is connected now, and returns how many that were; new connections pass."""
        dying = [cable for cable in self._cables if not cable.dead]
        for cable in dying:
            cable.dead = True
            asyncio.get_running_loop().call_later(KEEPALIVE, cable.far.transport.abort)
        return len(dying)

    async def connect(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_reader, far = await asyncio.open_connection(HOST, self._far_port)
        except OSError:
            near.transport.abort()
            return
        cable = _Cable(near, far)
        self._cables.add(cable)
        try:
            await asyncio.gather(cable.carry(reader, far), cable.carry(far_reader, near))
        finally:
            self._cables.discard(cable)
            cable.cut()

    def cut(self) -> None:
        for cable in self._cables:
            cable.cut()


@asynccontextmanager
async def wired(far_port: int) -> AsyncGenerator[Wire]:
    """A wire that is there inside the block."""
    wire = Wire(far_port)
    server = await asyncio.start_server(wire.connect, HOST, 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
