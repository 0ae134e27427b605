"""Entries as they come out of the stream."""

from uuid import UUID

import orjson

from notification_gateway.entries import Entry, entries_of
from shared.eventsourcing.ids import derived_id

_BASE = UUID("01890000-0000-7000-8000-000000000000")
ORDER = str(_BASE)


def raw_event(
    number: int, *, type: str = "order.created", time: str = "2026-07-01T12:00:00Z", **data: object
) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "source": "/order-service",
        "datacontenttype": "application/json",
        "dataschema": f"urn:eventflow:{type}:1",
        "correlationid": ORDER,
        "causationid": ORDER,
        "streamversion": 1,
        "id": str(derived_id(_BASE, str(number))),
        "type": type,
        "subject": ORDER,
        "customerid": "c-1",
        "time": time,
        "data": data,
    }


def entry(offset: int, number: int | None = None, **more: str) -> Entry:
    """The only event of the message at the offset; the number tells events apart."""
    event = raw_event(offset if number is None else number, **more)
    (found,) = entries_of(offset, orjson.dumps([event]))
    return found
