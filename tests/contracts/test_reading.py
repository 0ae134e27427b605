"""Readers take what they know, ignore what they do not, and name the field that breaks its contract."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts import CONTRACTS, REGISTRY, Contract, ContractViolation
from shared.messaging.incoming import Misunderstood, Understood, read_message
from tests.contracts.golden import message_file
from tests.contracts.json_paths import Path, changed, objects, walk, without

EVENTS = {contract.schema_urn(): json.loads(message_file(contract).read_bytes()) for contract in CONTRACTS}
EVERY_CONTRACT = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.schema_urn())

OPTIONAL = {
    "order.updated": {("data", "changes"), ("data", "tracking_number")},
}
OPTIONAL_ATTRIBUTES = {("datacontenttype",), ("customerid",), ("traceparent",)}
AN_OBJECT = {"neither": "text", "nor": "number"}
NO_INTEGERS: list[Callable[[int], Any]] = [
    str,
    float,
    bool,
    lambda number: number + 0.5,
    lambda number: None,
    lambda number: [number],
]


def read(event: Any) -> Understood | Misunderstood:
    [outcome] = read_message(json.dumps([event]).encode(), REGISTRY)
    return outcome


def understood(event: Any) -> Contract:
    outcome = read(event)
    assert isinstance(outcome, Understood), outcome.error
    return outcome.heard.data


def violation(event: Any) -> str:
    outcome = read(event)
    assert isinstance(outcome, Misunderstood), "a broken event was taken"
    assert isinstance(outcome.error, ContractViolation)
    return str(outcome.error)


def fields(event: Any) -> list[tuple[Path, Any]]:
    """Every field of an event and of what is nested in it, with its path. Prices are one field: its keys are data."""
    return [
        (path, value)
        for path, value in walk(event)
        if isinstance(path[-1], str) and "prices" not in path[:-1]
    ]


def named(path: Path) -> str:
    """The field as the reader of an error message sees it, below `data` for what is in there."""
    return ".".join(str(key) for key in (path[1:] if path[0] == "data" and len(path) > 1 else path))


def names(message: str, path: Path) -> bool:
    return named(path) in (line.strip() for line in message.splitlines())


@EVERY_CONTRACT
def test_unknown_fields_are_ignored_when_a_publisher_adds_some(contract: type[Contract]) -> None:
    for event in EVENTS[contract.schema_urn()]:
        known = understood(event)
        for path in objects(event):
            if path[-1:] != ("prices",):
                assert understood(changed(event, (*path, "added_later"), {"anything": [1]})) == known


@EVERY_CONTRACT
def test_missing_field_is_named_when_it_is_required(contract: type[Contract]) -> None:
    optional = OPTIONAL_ATTRIBUTES | OPTIONAL.get(contract.type, set())
    for event in EVENTS[contract.schema_urn()]:
        for path, _ in fields(event):
            if path in optional:
                understood(without(event, path))
            elif path in {("type",), ("dataschema",)}:
                assert named(path) in violation(without(event, path))
            else:
                assert names(violation(without(event, path)), path), path


@EVERY_CONTRACT
def test_mistyped_field_is_named_when_it_holds_something_else(contract: type[Contract]) -> None:
    for event in EVENTS[contract.schema_urn()]:
        for path, value in fields(event):
            wrong: Any = "text" if isinstance(value, dict) else AN_OBJECT
            assert names(violation(changed(event, path, wrong)), path), path


@EVERY_CONTRACT
@pytest.mark.parametrize("written", NO_INTEGERS)
def test_number_is_refused_when_it_is_no_json_integer(
    contract: type[Contract], written: Callable[[int], Any]
) -> None:
    for event in EVENTS[contract.schema_urn()]:
        for path, value in fields(event):
            if isinstance(value, int):
                assert names(violation(changed(event, path, written(value))), path), path


@EVERY_CONTRACT
def test_number_is_refused_when_it_is_below_what_can_be_counted(contract: type[Contract]) -> None:
    for event in EVENTS[contract.schema_urn()]:
        for path, value in fields(event):
            if isinstance(value, int):
                assert names(violation(changed(event, path, -1)), path), path


@EVERY_CONTRACT
@pytest.mark.parametrize("written", ["1782907200", 1782907200, "2026-07-01", "2026-07-01T12:00:00", None])
def test_time_is_refused_when_it_is_not_written_out_with_its_zone(
    contract: type[Contract], written: Any
) -> None:
    for event in EVENTS[contract.schema_urn()]:
        for path, _ in fields(event):
            if path == ("time",) or str(path[-1]).endswith("_at"):
                assert names(violation(changed(event, path, written)), path), path


@pytest.mark.parametrize(
    ("prices", "named_in_error"),
    [({"usd": 1999}, "prices.usd"), ({"USD": "1999"}, "prices.USD"), ({"USD": -1}, "prices.USD")],
)
def test_price_is_named_when_its_currency_or_amount_is_wrong(prices: Any, named_in_error: str) -> None:
    [event, *_] = EVENTS["urn:eventflow:inventory.updated:1"]
    assert named_in_error in violation(changed(event, ("data", "prices"), prices))


@EVERY_CONTRACT
@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("dataschema", "urn:eventflow:order.created:99"),
        ("dataschema", "urn:eventflow:nothing.of_ours:1"),
        ("type", "nothing.of_ours"),
        ("specversion", "0.3"),
        ("datacontenttype", "application/xml"),
    ],
)
def test_version_or_type_is_named_when_nobody_here_knows_it(
    contract: type[Contract], attribute: str, value: str
) -> None:
    [event, *_] = EVENTS[contract.schema_urn()]
    assert value in violation(changed(event, (attribute,), value))


def test_schema_of_another_type_is_refused_when_both_are_known() -> None:
    [event, *_] = EVENTS["urn:eventflow:order.confirmed:1"]
    assert "order.failed" in violation(changed(event, ("type",), "order.failed"))


@EVERY_CONTRACT
def test_violation_is_named_when_an_integer_is_too_large_to_be_stored_or_summed(
    contract: type[Contract],
) -> None:
    for event in EVENTS[contract.schema_urn()]:
        for path, value in fields(event):
            if isinstance(value, int):
                for huge in (2**63, 2**64 - 1):
                    assert names(violation(changed(event, path, huge)), path)
                assert understood(changed(event, path, 10**12))
