"""Reading messages: each event by itself, whatever is beside it; and headers that anybody may have written."""

from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import UUID

import orjson
import pytest
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts import REGISTRY, ContractViolation
from shared.contracts.orders import OrderCancelled, OrderContract
from shared.messaging import incoming
from shared.messaging.incoming import Misunderstood, Understood, Unreadable, read_message

ORDER_ID = "0197f3a0-0000-7000-8000-000000000001"
NOW = datetime(2024, 5, 1, tzinfo=UTC)


def cancelled(**attributes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "0197f3a0-0000-7000-8000-000000000009",
        "source": "/order-service",
        "type": "order.cancelled",
        "subject": ORDER_ID,
        "time": "2024-05-01T00:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:eventflow:order.cancelled:1",
        "correlationid": ORDER_ID,
        "causationid": ORDER_ID,
        "streamversion": 2,
        "data": {"order_id": ORDER_ID, "reason": "expired", "previous_status": "PENDING"},
    } | attributes


class Message:
    """As much of a message as is looked at."""

    def __init__(self, **headers: Any) -> None:
        self.headers = headers

    @classmethod
    def of(cls, **headers: Any) -> AbstractIncomingMessage:
        return cast(AbstractIncomingMessage, cls(**headers))


def test_event_is_understood_when_it_keeps_its_contract() -> None:
    [understood] = read_message(orjson.dumps([cancelled(customerid="c-1", unknown="ignored")]), REGISTRY)
    assert isinstance(understood, Understood)
    assert understood.heard.data == OrderCancelled(
        order_id=UUID(ORDER_ID), reason="expired", previous_status="PENDING"
    )
    assert (understood.heard.stream_version, understood.heard.customer_id) == (2, "c-1")


BROKEN: dict[str, Any] = {
    "no such version": cancelled(dataschema="urn:eventflow:order.cancelled:2"),
    "schema of another type": cancelled(dataschema="urn:eventflow:order.created:1"),
    "unknown type": cancelled(type="order.vanished", dataschema="urn:eventflow:order.vanished:1"),
    "field missing": cancelled(data={}),
    "reason of nobody's": cancelled(data={**cancelled()["data"], "reason": "boredom"}),
    "data is no object": cancelled(data=[]),
    "not CloudEvents 1.0": cancelled(specversion="0.3"),
    "id is no UUID": cancelled(id="7"),
    "no id": {key: value for key, value in cancelled().items() if key != "id"},
    "version is text": cancelled(streamversion="2"),
    "version is zero": cancelled(streamversion=0),
    "time without a zone": cancelled(time="2024-05-01T00:00:00"),
    "time is no time": cancelled(time="soon"),
    "empty subject": cancelled(subject=""),
    "number": 5,
    "null": None,
    "text": "order.cancelled",
    "array": [],
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_event_alone_is_misunderstood_when_it_breaks_its_contract(broken: Any) -> None:
    before, bad, after = read_message(orjson.dumps([cancelled(), broken, cancelled()]), REGISTRY)
    assert isinstance(before, Understood)
    assert isinstance(after, Understood)
    assert isinstance(bad, Misunderstood)
    assert bad.raw == broken
    assert isinstance(bad.error, ContractViolation)


UNREADABLE = {
    "empty": b"",
    "text": b"hello",
    "not UTF-8": b"\xff\xfe",
    "NUL": b"\x00",
    "object": b"{}",
    "empty array": b"[]",
    "number": b"7",
    "null": b"null",
    "lone surrogate": b'["\\ud800"]',
    "deep": b"[" * 100_000,
    "NaN": b"[NaN]",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_body_is_unreadable_when_it_is_no_array_of_events(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_message(body, REGISTRY)


@pytest.mark.parametrize(
    ("header", "counted"),
    [(0, 0), (3, 3), (-1, 0), (2**63, 1_000_000), ("3", 0), (None, 0), (bytearray(b"3"), 0), (2.5, 0)],
)
def test_attempts_are_a_small_count_when_the_header_is_anything(header: Any, counted: int) -> None:
    assert incoming.attempts(Message.of(attempts=header)) == counted


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("2024-01-01T01:00:00+01:00", datetime(2024, 1, 1, tzinfo=UTC)),
        ("soon", NOW),
        (None, NOW),
        (7, NOW),
        (bytearray(b"\xff"), NOW),
        ("0001-01-01T00:00:00+14:00", NOW),
    ],
)
def test_time_is_taken_or_replaced_when_the_header_is_anything(header: Any, expected: datetime) -> None:
    assert incoming.time_in(Message.of(first_failed_at=header), "first_failed_at", NOW) == expected


@pytest.mark.parametrize("raw", [None, 5, "text", [], {}, {"id": 5}, {"id": "x"}, {"id": None}])
def test_event_has_no_id_when_there_is_none_to_find(raw: Any) -> None:
    assert incoming.event_id_of(raw) is None


class Cancelled2(OrderContract):
    type = "order.cancelled"
    schema_version = 2
    order_id: UUID
    by: Literal["customer", "staff"]


class Cancelled1(OrderContract):
    type = "order.cancelled"
    order_id: UUID
    reason: str

    def upcast(self) -> Cancelled2:
        return Cancelled2.model_validate({"order_id": self.order_id, "by": self.reason.split("_")[0]})


class Cancelled1Faulty(Cancelled1):
    def upcast(self) -> Cancelled2:
        raise KeyError(self.reason)


FAULTY = {version.schema_urn(): version for version in (Cancelled1Faulty, Cancelled2)}
TWO_VERSIONS = {version.schema_urn(): version for version in (Cancelled1, Cancelled2)}


def test_older_version_is_heard_as_the_newest_when_both_are_known() -> None:
    newer = {"dataschema": Cancelled2.schema_urn(), "data": {"order_id": ORDER_ID, "by": "staff"}}
    older = {"data": {"order_id": ORDER_ID, "reason": "staff_request"}}
    body = orjson.dumps([cancelled(**older), cancelled(**newer)])
    assert [
        event.heard.data for event in read_message(body, TWO_VERSIONS) if isinstance(event, Understood)
    ] == [Cancelled2(order_id=UUID(ORDER_ID), by="staff")] * 2


def test_older_version_is_misunderstood_when_it_means_nothing_in_the_newest() -> None:
    [event] = read_message(orjson.dumps([cancelled()]), TWO_VERSIONS)
    assert isinstance(event, Misunderstood)
    assert "order.cancelled:1" in str(event.error)


def test_event_is_misunderstood_alone_when_its_upcast_raises() -> None:
    older = {"data": {"order_id": ORDER_ID, "reason": ""}}
    newer = {"dataschema": Cancelled2.schema_urn(), "data": {"order_id": ORDER_ID, "by": "staff"}}
    first, second = read_message(orjson.dumps([cancelled(**older), cancelled(**newer)]), FAULTY)
    assert isinstance(first, Misunderstood)
    assert "KeyError" in str(first.error)
    assert isinstance(second, Understood)


def test_newer_version_is_misunderstood_alone_when_only_the_older_is_known() -> None:
    newer = cancelled(dataschema=Cancelled2.schema_urn(), data={"order_id": ORDER_ID, "by": "staff"})
    before, unknown, after = read_message(orjson.dumps([cancelled(), newer, cancelled()]), REGISTRY)
    assert isinstance(before, Understood)
    assert isinstance(after, Understood)
    assert isinstance(unknown, Misunderstood)
    assert "order.cancelled:2" in str(unknown.error)
