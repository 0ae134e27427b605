"""What is on the wire today is what was recorded, and what was recorded is understood as it was meant."""

import json
from datetime import datetime
from typing import Any

import pytest

from shared.contracts import CONTRACTS, NEWEST, REGISTRY, Contract
from shared.messaging.incoming import Understood, read_message
from tests.contracts.examples import PUBLISHING
from tests.contracts.golden import message_body, message_file, published, publishers

EVERY_CONTRACT = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.schema_urn())
EVERY_SENT = pytest.mark.parametrize("contract", NEWEST, ids=lambda contract: contract.schema_urn())


@EVERY_SENT
def test_wire_stays_the_same_when_events_are_published_again(contract: type[Contract]) -> None:
    assert message_body(contract) + b"\n" == message_file(contract).read_bytes()


@EVERY_CONTRACT
def test_recorded_event_is_understood_field_by_field_when_it_is_heard(contract: type[Contract]) -> None:
    body = message_file(contract).read_bytes()
    understood = read_message(body, REGISTRY)

    assert understood
    for raw, event in zip(json.loads(body), understood, strict=True):
        assert isinstance(event, Understood), event.error
        heard = event.heard
        assert str(heard.id) == raw["id"]
        assert heard.type == raw["type"] == contract.type
        assert heard.subject == raw["subject"]
        assert heard.time == datetime.fromisoformat(raw["time"])
        assert str(heard.correlation_id) == raw["correlationid"]
        assert str(heard.causation_id) == raw["causationid"]
        assert heard.customer_id == raw.get("customerid")
        assert heard.stream_version == raw["streamversion"]
        as_sent = contract.model_validate(raw["data"])
        data = as_sent.model_dump(mode="json")
        assert {field: data[field] for field in raw["data"]} == _canonical(raw["data"])
        assert heard.data == _newest(as_sent)
        assert type(heard.data) in NEWEST


@EVERY_SENT
def test_recorded_event_means_what_was_decided_when_it_is_heard(contract: type[Contract]) -> None:
    [publisher] = publishers(contract)
    understood = read_message(message_file(contract).read_bytes(), REGISTRY)

    for recorded, event in zip(published(contract), understood, strict=True):
        assert isinstance(event, Understood)
        assert event.heard.data == PUBLISHING[publisher](recorded)
        assert event.heard.id == recorded.id
        assert event.heard.subject == recorded.row_id
        assert event.heard.time == recorded.time
        assert event.heard.correlation_id == recorded.correlation_id
        assert event.heard.causation_id == recorded.causation_id
        assert event.heard.customer_id == (recorded.customer_id if contract.about_order else None)
        assert event.heard.stream_version == recorded.version


def test_no_recording_is_left_over_when_contracts_are_counted() -> None:
    recorded = {path.name for path in message_file(CONTRACTS[0]).parent.glob("*.*.*.json")}
    assert recorded == {message_file(contract).name for contract in CONTRACTS}


def _newest(data: Contract) -> Contract:
    newer = data.upcast()
    return data if newer is None else _newest(newer)


def _canonical(data: dict[str, Any]) -> dict[str, Any]:
    """pydantic writes a UTC time with Z where orjson writes +00:00."""
    return {
        field: value.replace("+00:00", "Z") if field.endswith("_at") else value
        for field, value in data.items()
    }
