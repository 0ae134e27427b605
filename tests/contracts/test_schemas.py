"""The JSON Schemas are valid, describe what is really published, and hold nothing personal."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ops.contracts.schemas import ENVELOPE, Document, contract_schemas, file_name
from shared.contracts import CONTRACTS, CloudEvent, Contract
from tests.contracts.examples import EXAMPLES
from tests.contracts.golden import message_file
from tests.contracts.json_paths import walk, without

SCHEMAS = contract_schemas()
EVERY_SCHEMA = pytest.mark.parametrize("name", list(SCHEMAS))
EVERY_CONTRACT = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.schema_urn())

PERSONAL = re.compile(
    r"address|mail|phone|note|recipient|postal|postcode|street|city|line1|line2|first_name|last_name|birth"
)


def fields_of(schema: Document) -> list[str]:
    """The names of all fields, nested ones included."""
    return [str(path[-1]) for path, _ in walk(schema) if path[-2:-1] == ("properties",)]


def fits(schema: Document, value: Any) -> bool:
    validator: Any = Draft202012Validator(schema)
    return validator.is_valid(value)


def test_every_contract_has_a_schema_when_schemas_are_made() -> None:
    assert set(SCHEMAS) == {ENVELOPE, *(file_name(contract) for contract in CONTRACTS)}


@EVERY_SCHEMA
def test_schema_is_valid_when_its_dialect_is_asked(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


@EVERY_CONTRACT
def test_schema_is_found_when_an_event_names_its_dataschema(contract: type[Contract]) -> None:
    for event in json.loads(message_file(contract).read_bytes()):
        assert SCHEMAS[file_name(contract)]["$id"] == event["dataschema"]


@EVERY_CONTRACT
def test_schema_and_envelope_fit_when_an_event_is_published(contract: type[Contract]) -> None:
    for event in json.loads(message_file(contract).read_bytes()):
        assert fits(SCHEMAS[ENVELOPE], event)
        assert fits(SCHEMAS[file_name(contract)], event["data"])


@EVERY_CONTRACT
def test_schema_refuses_the_data_when_a_required_field_is_missing(contract: type[Contract]) -> None:
    """Otherwise the schema would prove nothing."""
    schema = SCHEMAS[file_name(contract)]
    [event, *_] = json.loads(message_file(contract).read_bytes())
    for field in schema["required"]:
        assert not fits(schema, without(event["data"], (field,))), field


@EVERY_SCHEMA
def test_no_field_is_personal_when_it_is_published(name: str) -> None:
    assert [field for field in fields_of(SCHEMAS[name]) if PERSONAL.search(field)] == []


@EVERY_CONTRACT
def test_no_personal_value_is_published_when_the_stored_event_holds_some(contract: type[Contract]) -> None:
    """The examples' addresses and notes all say that they are sealed."""
    assert any("sealed" in str(recorded.event) for recorded in EXAMPLES["order"])
    assert b"sealed" not in message_file(contract).read_bytes()


@EVERY_CONTRACT
def test_customer_is_named_when_the_event_is_about_an_order(contract: type[Contract]) -> None:
    for event in json.loads(message_file(contract).read_bytes()):
        if "order_id" in contract.model_fields:
            assert event["customerid"] == "c-7"
            assert event["subject"] == event["correlationid"] == event["data"]["order_id"]
        else:
            assert event["subject"] == event["data"]["sku"]


def test_envelope_keeps_the_specification_when_its_attributes_are_counted() -> None:
    """CloudEvents 1.0 names are lower-case letters and digits; the extensions are those of docs/specification.md."""
    required = ("specversion", "id", "source", "type", "subject", "time", "dataschema")
    extensions = ("correlationid", "causationid", "streamversion")

    assert set(SCHEMAS[ENVELOPE]["required"]) == {*required, *extensions, "data"}
    assert set(CloudEvent.model_fields) - set(SCHEMAS[ENVELOPE]["required"]) == {
        "datacontenttype",
        "customerid",
        "traceparent",
    }
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in CloudEvent.model_fields)
