"""Messages to heard events, and what to do about those that cannot be understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import orjson
from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from shared.contracts import CloudEvent, Contract, ContractViolation, parse_data
from shared.messaging.reactions import Heard

# Names of message headers, on the wire.
ATTEMPTS = "attempts"
LOCK_WAITS = "lock_waits"
FIRST_FAILED_AT = "first_failed_at"
LAST_FAILED_AT = "last_failed_at"
ERROR = "error"
STACK_TRACE = "stack_trace"
REPLAYED = "replayed"

# Whatever a header claims: it is added up in a column of 32 bits.
_MOST_ATTEMPTS = 1_000_000


class Unreadable(ContractViolation):
    """The body is no array of events at all, so it is set aside whole."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One event of a message. `raw` is that event alone, as it came, to be sent on if it has to be."""

    heard: Heard[Any]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """One event of a message that breaks its contract: trying again cannot help."""

    raw: Any
    error: ContractViolation


def read_message(body: bytes, registry: Mapping[str, type[Contract]]) -> list[Understood | Misunderstood]:
    """Every event of the message, each by itself. Raises Unreadable when there is no telling them apart."""
    return [_read_event(raw, registry) for raw in raw_events(body)]


def raw_events(body: bytes) -> list[Any]:
    """The events as they came, at least one, whatever each of them is. Raises Unreadable."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error}") from error
    if not isinstance(document, list) or not document:
        raise Unreadable("not a JSON array of events")
    return cast(list[Any], document)


def _read_event(raw: Any, registry: Mapping[str, type[Contract]]) -> Understood | Misunderstood:
    try:
        event = CloudEvent.model_validate(raw)
        data = parse_data(event, registry)
    except ValidationError as error:
        return Misunderstood(raw, ContractViolation(f"not a CloudEvent of ours: {error}"))
    except ContractViolation as error:
        return Misunderstood(raw, error)
    return Understood(
        Heard(
            id=event.id,
            type=event.type,
            subject=event.subject,
            time=event.time,
            correlation_id=event.correlationid,
            causation_id=event.causationid,
            customer_id=event.customerid,
            stream_version=event.streamversion,
            data=data,
        ),
        raw,
    )


def body_of(raw: Any) -> bytes | None:
    """One event as a message of its own, or a body that is one already, as it came.

    None for what is nested so deeply that it can be read but not be written: it can only be set aside with its message.
    """
    if isinstance(raw, bytes):
        return raw
    try:
        return orjson.dumps([raw])
    except orjson.JSONEncodeError:
        return None


def attempts(message: AbstractIncomingMessage) -> int:
    """How often the single event of this message has failed before."""
    return _count_in(message, ATTEMPTS)


def lock_waits(message: AbstractIncomingMessage) -> int:
    """How often it has found locked, in a row, what it needs."""
    return _count_in(message, LOCK_WAITS)


def _count_in(message: AbstractIncomingMessage, header: str) -> int:
    value = message.headers.get(header, 0)
    return min(max(0, value), _MOST_ATTEMPTS) if isinstance(value, int) else 0


def time_in(message: AbstractIncomingMessage, header: str, otherwise: datetime) -> datetime:
    """The time that we once wrote into the header, in UTC."""
    try:
        return datetime.fromisoformat(str(message.headers.get(header))).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise


def is_replayed(message: AbstractIncomingMessage) -> bool:
    return bool(message.headers.get(REPLAYED, False))


def event_id_of(raw: Any) -> UUID | None:
    """The event's id, as far as there is one."""
    try:
        return UUID(raw["id"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
