"""Where sockets connect: uvicorn, with what a client could make grow bounded before a session exists."""

import asyncio
from collections import Counter
from typing import Any

import socketio
import uvicorn
from starlette.responses import JSONResponse
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from notification_gateway.socket_server import LARGEST_FRAME, SocketServer
from shared.http.actor import address_of
from shared.http.bounded_requests import bounded
from shared.http.forwarded import Forwarded
from shared.http.networks import network_of
from shared.http.server import Certificate, StoppableServer
from shared.observability.metrics import SOCKETS

MOST_SOCKETS = 2_000
MOST_OF_ONE_NETWORK = 1_000
_DRAIN_SECONDS = 3
_MOST_FRAGMENTS = 64

# What Engine.IO answers to a transport that it does not have. The library would open sessions for some such requests.
_not_over_http = JSONResponse({"code": 0, "message": "Transport unknown"}, 400)


class SocketApplication:
    """Serves `/socket.io/?EIO=4&transport=websocket` to the allowed origins, or to no browser at all."""

    def __init__(self, server: SocketServer) -> None:
        self._application: Any = socketio.ASGIApp(server, other_asgi_app=Router())
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await _not_over_http(scope, receive, send)
            return
        network = network_of(address_of(scope) or "")
        if self._open.total() >= MOST_SOCKETS or self._open[network] >= MOST_OF_ONE_NETWORK:
            await send({"type": "websocket.close"})
            return
        self._open[network] += 1
        try:
            with SOCKETS.track_inprogress():
                await self._application(scope, _frames(scope, receive), send)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]


def _frames(scope: Scope, receive: Receive) -> Receive:
    """Lets pongs through, connecting and events, while the socket hears of them. Whatever else comes is the end.

    The library goes on after some of it and leaves its session behind after other; nothing of it is of use here.
    """

    async def receive_frame() -> Message:
        message = await receive()
        while _is_heard(message) and (socket := scope["state"].get("socket")) is not None:
            if socket.hears():
                return message
            message = await receive()
        if message["type"] == "websocket.connect":
            return message
        # Nor is waited for what a client does not read.
        scope["state"]["abort"]()
        return {"type": "websocket.disconnect", "code": 1000}

    return receive_frame


def _is_heard(message: Message) -> bool:
    text: str = message.get("text") or ""
    return text == "3" or text[:2] in ("40", "42")


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


async def serve_sockets(
    server: SocketServer,
    host: str,
    port: int,
    stop: asyncio.Event,
    certificate: Certificate | None = None,
    trusted_proxies: str = "",
) -> None:
    """Runs until `stop` is set, then closes every socket. `certificate` and `trusted_proxies` as for `serve_http`.

    Raises OSError when the address cannot be bound.
    """
    application = SocketApplication(server)
    config = uvicorn.Config(
        Forwarded(application, trusted_proxies) if trusted_proxies else application,
        host=host,
        port=port,
        http=bounded(),
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
        ssl_certfile=certificate.file if certificate else None,
        ssl_keyfile=certificate.key_file if certificate else None,
    )
    try:
        await StoppableServer(config, stop).serve()
    finally:
        await server.shutdown()
