"""Socket.IO: lets clients in, or not, and ends what a client could otherwise make grow."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import engineio
import socketio
import socketio.packet
import structlog

from notification_gateway.messages import Packet
from notification_gateway.outbox import Budget, Outbox
from notification_gateway.places import Doorstep, Places
from notification_gateway.sockets import Socket
from shared.http.actor import address_of
from shared.http.networks import network_of
from shared.http.problems import TooManyRequests
from shared.http.quotas import RateLimits
from shared.identity.tokens import LEEWAY, IdentityError, InvalidToken, TokenVerifier
from shared.observability.security_log import SECURITY

log = structlog.get_logger()

LARGEST_FRAME = 64 * 1024
NO_TOKEN = "no_token"
PING_SECONDS, PONG_SECONDS = 25, 20
_GREETING_SECONDS = 10.0

# They come without types; `super()` of them is unknown.
# pyright: reportUnknownMemberType=false
_EngineServer: Any = engineio.AsyncServer
_SocketServer: Any = socketio.AsyncServer

# The libraries tell of every packet below this level.
_library_log = logging.getLogger("socketio")
_library_log.setLevel(logging.ERROR)

# A client's socket, given what waits for it and what cuts it off.
MakeSocket = Callable[[Outbox, Callable[[], None]], Socket]


class _Engine(_EngineServer):
    """Engine.IO's own queue of what is to be sent to a socket has no bound: an Outbox stands in for it."""

    def __init__(self, budget: Budget, **options: Any) -> None:
        self._budget = budget
        super().__init__(**options)

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self._budget)


class SocketServer(_SocketServer):
    """Each session of Engine.IO has a `Socket`, from its first frame to its last."""

    def __init__(
        self,
        make_socket: MakeSocket,
        budget: Budget,
        origins: frozenset[str],
        verifier: TokenVerifier,
        limits: RateLimits,
        clock: Callable[[], datetime],
    ) -> None:
        self._make_socket = make_socket
        self._verifier = verifier
        self._limits = limits
        self._clock = clock
        self._doorstep = Doorstep()
        self._places = Places()
        super().__init__(
            async_mode="asgi",
            transports=["websocket"],
            # No list: an empty one would let in everybody.
            cors_allowed_origins=tuple(sorted(origins)),
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            max_http_buffer_size=LARGEST_FRAME,
            serializer=Packet,
            # One request of a socket at a time, and its answer sent before the next is read.
            async_handlers=False,
            logger=_library_log,
            engineio_logger=_library_log,
            budget=budget,
        )
        # Not `connect` and `disconnect`: a client that emits these would be taken for the library.
        self.on("*", self._answer)

    def _engineio_server_class(self) -> type[_Engine]:
        return _Engine

    async def _answer(self, name: str, session: str, *arguments: Any) -> dict[str, Any]:
        environ: Any = self.get_environ(session)
        return await environ["socket"].answer(name, arguments)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        state: dict[str, Any] = environ["asgi.scope"]["state"]
        outbox: Outbox = self.eio.sockets[eio_sid].queue
        outbox.too_slow = state["abort"]
        environ["socket"] = state["socket"] = self._make_socket(outbox, state["abort"])
        self._doorstep.join(eio_sid, state["abort"])
        environ["greeting"] = asyncio.get_running_loop().call_later(
            _GREETING_SECONDS, self._expect_greeting, eio_sid
        )

    def _expect_greeting(self, eio_sid: str) -> None:
        if self.manager.sid_from_eio_sid(eio_sid, "/") is None:
            _abort(self.environ[eio_sid])

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        """Lets in who has a token: `{"token": ...}` as the client's `auth`. Whoever has none is told why, and sent off."""
        socket: Socket = self.environ[eio_sid]["socket"]
        address = address_of(self.environ[eio_sid]["asgi.scope"])
        if socket.is_admitted:
            raise ValueError("connected already")
        try:
            caller = await self._verifier.verify(_token(data))
        except IdentityError as refusal:
            reason = await self._counted(refusal, address)
            refused = Packet(socketio.packet.CONNECT_ERROR, {"message": reason}, namespace)
            await self._send_packet(eio_sid, refused)
            socket.finish()
            return
        # The client may have gone in the meantime.
        if eio_sid not in self.environ:
            return
        has_place = self._places.take(eio_sid, caller)
        if has_place:
            self._doorstep.leave(eio_sid)
            socket.admit(caller, (caller.expires_at - self._clock() + LEEWAY).total_seconds(), address)
        await super()._handle_connect(eio_sid, namespace, data)
        if not has_place:
            SECURITY.refused(
                "too_many_sockets", address, method="socket", subject=caller.subject, role=caller.role
            )
            socket.end("too_many_sockets")

    async def _counted(self, refusal: IdentityError, address: str | None) -> str:
        """Why, in one word. Refusals use up the quotas of the client's network, as over HTTP."""
        if not isinstance(refusal, InvalidToken):
            return "identity_unavailable"
        reason = refusal.reason
        quotas = self._limits.quotas
        try:
            await self._limits.admit(
                quotas.anonymous if reason == NO_TOKEN else quotas.refused, network_of(address or "")
            )
        except TooManyRequests:
            reason = "too_many_requests"
        SECURITY.refused(reason, address, method="socket", subject=None, role=None)
        return reason

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        # Behind the end of a session the library would connect it once more, for ever.
        if (environ := self.environ.get(eio_sid)) is None:
            return
        try:
            await super()._handle_eio_message(eio_sid, data)
        except ValueError as error:
            # The library would read on.
            log.debug("socket_closed", session=eio_sid, why=str(error))
            _abort(environ)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        environ = self.environ[eio_sid]
        environ["greeting"].cancel()
        self._doorstep.leave(eio_sid)
        self._places.leave(eio_sid)
        environ["socket"].close()
        # The library would read on from a client that left a ping unanswered.
        _abort(environ)
        await super()._handle_eio_disconnect(eio_sid, reason)


def _token(data: Any) -> str:
    """Raises InvalidToken."""
    match data:
        case {"token": str(token)}:
            return token
        case _:
            raise InvalidToken(NO_TOKEN)


def _abort(environ: dict[str, Any]) -> None:
    environ["asgi.scope"]["state"]["abort"]()
