"""What the gateway says, as packets of Socket.IO in frames of Engine.IO: made once, however many sockets get it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import engineio.packet
import orjson
import socketio.packet

# The libraries come without types; `super()` of them is unknown.
# pyright: reportUnknownMemberType=false
_Packet: Any = socketio.packet.Packet


class Message(Protocol):
    """A frame; `encode` gives the same text each time."""

    def encode(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a frame, and nothing besides: the library's own packets keep what they were made of too."""

    text: str

    def encode(self) -> str:
        return self.text


class _Json:
    """Takes `orjson.Fragment`, so that what the stream holds goes out as it is."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str) -> Any:
        return orjson.loads(text)


class Packet(_Packet):
    """Without attachments. The library takes any JSON for an event and fails later; here it is a ValueError at once."""

    uses_binary_events = False
    json: Any = _Json

    def decode(self, encoded_packet: Any) -> int:
        super().decode(encoded_packet)
        data: Any = self.data
        if self.packet_type == socketio.packet.EVENT and not (
            isinstance(data, list) and data and isinstance(data[0], str)
        ):
            raise ValueError("an event without a name")
        return 0


def event_message(item: bytes) -> Message:
    """`event` with one `{"cursor", "event"}`."""
    return _message("event", orjson.Fragment(item))


def events_message(items: Sequence[bytes]) -> Message:
    """`events` with an array of those."""
    return _message("events", [orjson.Fragment(item) for item in items])


def resync_message(reason: str, cursor: str, subscriptions: Sequence[dict[str, str]]) -> Message:
    """`resync` for these, as they are named in `subscribe`."""
    return _message("resync", {"reason": reason, "cursor": cursor, "subscriptions": subscriptions})


def closing_message(reason: str) -> Message:
    """The last that a socket hears."""
    return _message("closing", {"reason": reason})


def _message(name: str, payload: object) -> Message:
    packet: Any = Packet(socketio.packet.EVENT, [name, payload])
    frame: Any = engineio.packet.Packet(engineio.packet.MESSAGE, packet.encode())
    return Written(frame.encode())
