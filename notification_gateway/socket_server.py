"""The WebSocket server: lets clients in, or not, and ends what a client could otherwise make grow."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import structlog
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from notification_gateway.protocol import LARGEST_FRAME
from shared.http.server import BoundedRequests

log = structlog.get_logger()

PATH = "/socket.io/"
MOST_SOCKETS = 1_000
_DRAIN_SECONDS = 3
_MOST_FRAGMENTS = 64

# Serves one client: `receive` gives None once it has gone, `abort` cuts it off.
Serve = Callable[
    [Callable[[], Awaitable[str | None]], Callable[[bytes], Awaitable[None]], Callable[[], None]],
    Awaitable[None],
]


class SocketApplication:
    """Accepts `/socket.io/?EIO=4&transport=websocket` from the allowed origins, or from no browser at all."""

    def __init__(self, serve: Serve, origins: frozenset[str]) -> None:
        self._serve = serve
        self._origins = origins
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await _answer_http(send)
        elif (refusal := self._refusal(scope)) is not None:
            log.debug("socket_refused", why=refusal)
            await send({"type": "websocket.close"})
        else:
            self._open += 1
            try:
                await self._accept(scope, receive, send)
            finally:
                self._open -= 1

    def _refusal(self, scope: Scope) -> str | None:
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=20)
        origins = {value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"origin"}
        if scope["path"].rstrip("/") != PATH.rstrip("/"):
            return "path"
        if query.get("EIO") != ["4"] or query.get("transport") != ["websocket"]:
            return "protocol"
        if not origins <= self._origins:
            return "origin"
        if self._open >= MOST_SOCKETS:
            return "full"
        return None

    async def _accept(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})

        async def receive_text() -> str | None:
            message = await receive()
            # Binary frames belong to attachments, and no event of ours has any.
            return message.get("text") if message["type"] == "websocket.receive" else None

        async def send_text(message: bytes) -> None:
            await send({"type": "websocket.send", "text": message.decode()})

        await self._serve(receive_text, send_text, scope["state"]["abort"])


async def _answer_http(send: Send) -> None:
    """What Engine.IO answers to a transport that it does not have."""
    await send(
        {"type": "http.response.start", "status": 400, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": b'{"code":0,"message":"Transport unknown"}'})


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn answers pings without looking whether anybody reads, and counts no fragments."""

    def connection_made(self, transport: Any) -> None:
        self.app_state = {**self.app_state, "abort": transport.abort}
        super().connection_made(transport)

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= _MOST_FRAGMENTS:
            self.transport.abort()
        else:
            super().handle_cont(event)


class _StoppableServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._stop.is_set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve_sockets(application: SocketApplication, host: str, port: int, stop: asyncio.Event) -> None:
    """Runs until `stop` is set, then closes every socket. Raises OSError when the address cannot be bound."""
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        http=BoundedRequests,
        ws=BoundedWebSocket,
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    await _StoppableServer(config, stop).serve()
