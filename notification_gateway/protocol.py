"""Engine.IO 4 and Socket.IO 5 as text frames of one WebSocket: what a client may send, and what it gets.

Written out here because it is small, and because a library's own queues have no bound. Only the default namespace, only
JSON. Source: https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson

PING_SECONDS, PONG_SECONDS = 25, 20
LARGEST_FRAME = 64 * 1024

PING, NOOP = b"2", b"6"
_EVENT = re.compile(r"42([0-9]{0,15})(\[.*)", re.DOTALL)
_OTHER_NAMESPACE = re.compile(r"40(/[^,]{0,100})", re.DOTALL)


class ProtocolBroken(Exception):
    """The client does not speak the protocol; there is nobody to talk to."""


@dataclass(frozen=True, slots=True)
class Connect:
    """The client wants to talk; `namespace` is another one than the default when it is not None."""

    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Emitted:
    """The client emitted an event; `number` asks for an acknowledgement."""

    name: Any
    arguments: Sequence[Any]
    number: int | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class Disconnect:
    pass


@dataclass(frozen=True, slots=True)
class Ignored:
    """An acknowledgement of ours that we did not ask for, say."""


Frame = Connect | Emitted | Pong | Disconnect | Ignored


def read_frame(frame: str) -> Frame:
    """What the client sent. Raises ProtocolBroken."""
    match frame[:2]:
        case "42":
            return _event(frame)
        case "40":
            other = _OTHER_NAMESPACE.match(frame)
            return Connect(other[1] if other and other[1] != "/" else None)
        case "41" | "1":
            return Disconnect()
        case "43":
            return Ignored()
        case "3":
            return Pong()
        case _:
            raise ProtocolBroken("a frame that the protocol does not have")


def _event(frame: str) -> Emitted:
    found = _EVENT.fullmatch(frame)
    try:
        document: Any = orjson.loads(found[2]) if found else None
    except orjson.JSONDecodeError as error:
        raise ProtocolBroken("an event that is not JSON") from error
    if found is None or not isinstance(document, list) or not document:
        raise ProtocolBroken("an event without a name")
    name, *arguments = cast("list[Any]", document)
    return Emitted(name, arguments, int(found[1]) if found[1] else None)


def open_message(session: str) -> bytes:
    """The first frame of all."""
    return b"0" + orjson.dumps(
        {
            "sid": session,
            "upgrades": [],
            "pingInterval": PING_SECONDS * 1000,
            "pingTimeout": PONG_SECONDS * 1000,
            "maxPayload": LARGEST_FRAME,
        }
    )


def connected_message(session: str) -> bytes:
    return b"40" + orjson.dumps({"sid": session})


def refused_message(namespace: str) -> bytes:
    return b"44" + namespace.encode() + b"," + orjson.dumps({"message": "Invalid namespace"})


def acknowledgement(number: int, answer: dict[str, Any]) -> bytes:
    return b"43%d" % number + orjson.dumps([answer])


def event_message(item: bytes) -> bytes:
    """`event` with one `{"cursor", "event"}`."""
    return b'42["event",%s]' % item


def events_message(items: Sequence[bytes]) -> bytes:
    """`events` with an array of those."""
    return b'42["events",[%s]]' % b",".join(items)


def resync_message(reason: str, cursor: str) -> bytes:
    return b"42" + orjson.dumps(["resync", {"reason": reason, "cursor": cursor}])
