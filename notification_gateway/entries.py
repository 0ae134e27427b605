"""What the stream holds, taken apart: one entry for each event, kept as the bytes that a client gets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import intern
from typing import Any, cast

import orjson
import structlog
from pydantic import ValidationError

from notification_gateway.cursors import Cursor, position_of
from shared.contracts import CloudEvent

log = structlog.get_logger()

# Far above what the services can publish (their bodies are limited to 256 KiB), far below what a socket may have queued.
LARGEST_EVENT = 1_000_000
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_NAME = 200
_MOST_EVENTS = 10_000

# `("order", <id>)`, `("customer", <id>)`, `("order", <id>, <customer id>)`, or DASHBOARD: what a client can follow.
Room = tuple[str, ...]
DASHBOARD: Room = ("topic", "dashboard")


def name_of(room: Room) -> dict[str, str]:
    """As a client names it in `subscribe`."""
    kind, name, *_ = room
    return {kind if room == DASHBOARD else f"{kind}_id": name}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `subject` is the order's id or a SKU; `time` is as it was written; `raw` is the CloudEvent in JSON."""

    position: int
    event_id: str
    type: str
    subject: str
    customer_id: str | None
    time: str
    reason: str | None
    raw: bytes

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.position, self.event_id)

    @property
    def key(self) -> bytes:
        """The id, as small as it gets."""
        return bytes.fromhex(self.event_id.replace("-", ""))

    @property
    def item(self) -> bytes:
        """`{"cursor", "event"}` in JSON."""
        return b'{"cursor":"%s","event":%s}' % (str(self.cursor).encode(), self.raw)

    def item_for(self, rooms: Iterable[Room]) -> bytes:
        """The same with `subscriptions`: where the cursor is good for these alone of those that the event is in."""
        named = orjson.dumps([name_of(room) for room in rooms])
        return b'{"cursor":"%s","subscriptions":%s,"event":%s}' % (
            str(self.cursor).encode(),
            named,
            self.raw,
        )

    @property
    def rooms(self) -> tuple[Room, ...]:
        """Those with one follower each; dashboards follow everything."""
        order = ("order", self.subject)
        if self.customer_id is None:
            return (order,)
        return order, (*order, self.customer_id), ("customer", self.customer_id)


def entries_of(offset: int, body: bytes) -> list[Entry]:
    """The events of one message. What is none, or cannot be told apart, is logged and left out."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, list):
        log.warning("message_is_unreadable", offset=offset)
        return []
    found = list(_readable(offset, cast("list[Any]", document)[:_MOST_EVENTS]))
    if len(found) < len(cast("list[Any]", document)):
        log.warning("events_are_unreadable", offset=offset, readable=len(found))
    return found


def _readable(offset: int, document: list[Any]) -> Iterator[Entry]:
    for index, event in enumerate(document):
        match event:
            case {
                "id": str(event_id),
                "type": str(type_),
                "subject": str(subject),
                "time": str(time),
                "data": dict(),
            } if _UUID.fullmatch(event_id) and len(type_) <= _LONGEST_NAME and len(subject) <= _LONGEST_NAME:
                raw = _written(event)
                if raw is not None and _in_our_form(event):
                    customer, reason = (
                        _text(event, "customerid"),
                        _text(event["data"], "reason"),
                    )
                    position = position_of(offset, index)
                    yield Entry(
                        position,
                        event_id,
                        intern(type_),
                        subject,
                        customer,
                        time[:_LONGEST_NAME],
                        reason,
                        raw,
                    )
            case _:
                continue


def _in_our_form(event: dict[str, Any]) -> bool:
    """Clients rely on the document: services bury what they can make nothing of, but the stream keeps it."""
    try:
        CloudEvent.model_validate(event)
    except ValidationError:
        return False
    return True


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value[:_LONGEST_NAME] if isinstance(value, str) else None


def _written(event: dict[str, Any]) -> bytes | None:
    try:
        raw = orjson.dumps(event)
    except orjson.JSONEncodeError:  # nested so deeply that it can be read but not be written
        return None
    # Copied: what orjson returns keeps the 4 KB block that it was written in, several times what most events need.
    return bytes(memoryview(raw)) if len(raw) <= LARGEST_EVENT else None
