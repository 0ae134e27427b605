"""Every way of breaking a published contract, planted, is named with its field; what is harmless is not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from ops.contracts.compatibility import contract_breaks, schema_breaks
from ops.contracts.schemas import Document, contract_schemas

CREATED = contract_schemas()["order.created.1"]
UPDATED = contract_schemas()["order.updated.1"]
PRODUCT = contract_schemas()["inventory.updated.1"]

Change = Callable[[Document], Any]


def after(committed: Document, change: Change) -> list[str]:
    changed = deepcopy(committed)
    change(changed)
    return schema_breaks(committed, changed)


def field(name: str, value: Document) -> Change:
    return lambda schema: schema["properties"].update({name: value})


def within(name: str, **values: Any) -> Change:
    return lambda schema: schema["properties"][name].update(values)


def in_item(change: Change) -> Change:
    return lambda schema: change(schema["$defs"]["PricedItem"])


def require(name: str) -> Change:
    return lambda schema: schema["required"].append(name)


def relax(name: str) -> Change:
    return lambda schema: schema["required"].remove(name)


def both(first: Change, second: Change) -> Change:
    return lambda schema: (first(schema), second(schema))


def remove(name: str) -> Change:
    return lambda schema: schema["properties"].pop(name)


NULLABLE_STRING = {"anyOf": [{"type": "string"}, {"type": "null"}]}

BREAKS: list[tuple[Document, Change, list[str]]] = [
    (
        CREATED,
        both(remove("total"), relax("total")),
        ["total: field removed"],
    ),
    (UPDATED, remove("tracking_number"), ["tracking_number: field removed"]),
    (UPDATED, require("tracking_number"), ["tracking_number: field newly required"]),
    (CREATED, relax("number"), ["number: field no longer required"]),
    (
        CREATED,
        both(field("channel", {"type": "string"}), require("channel")),
        ["channel: field added as required"],
    ),
    (CREATED, field("total", {"type": "string"}), ["total: type changed from integer to string"]),
    (CREATED, field("total", {"type": "number"}), ["total: type changed from integer to number"]),
    (CREATED, within("number", format="uuid"), ["number: type changed from string to string (uuid)"]),
    (CREATED, field("number", NULLABLE_STRING), ["number: type changed from string to string or null"]),
    (
        UPDATED,
        field("tracking_number", {"type": "string", "default": None}),
        ["tracking_number: type changed from string or null to string"],
    ),
    (CREATED, within("total", minimum=1), ["total: bound minimum changed from 0 to 1"]),
    (CREATED, within("total", maximum=10**12), ["total: bound maximum changed from none to 1000000000000"]),
    (CREATED, within("items", minItems=2), ["items: bound minItems changed from 1 to 2"]),
    (
        CREATED,
        within("currency", pattern="^[A-Z]{2}$"),
        ["currency: bound pattern changed from '^[A-Z]{3}$' to '^[A-Z]{2}$'"],
    ),
    (
        CREATED,
        lambda schema: schema["properties"]["currency"].pop("pattern"),
        ["currency: bound pattern changed from '^[A-Z]{3}$' to none"],
    ),
    (PRODUCT, lambda s: s["properties"]["cause"]["enum"].append("lost"), ["cause: value added: lost"]),
    (
        PRODUCT,
        lambda s: s["properties"]["cause"]["enum"].remove("shipped"),
        ["cause: value removed: shipped"],
    ),
    (
        PRODUCT,
        field("cause", {"const": "created", "type": "string"}),
        ["cause: value removed: changed", "cause: value removed: adjusted", "cause: value removed: shipped"],
    ),
    (
        PRODUCT,
        field("name", {"enum": ["Mug", "Tea"], "type": "string"}),
        ["name: type changed to one of Mug, Tea"],
    ),
    (
        PRODUCT,
        field("status", {"type": "string"}),
        ["status: type changed from one of AVAILABLE, OUT_OF_STOCK, DISCONTINUED"],
    ),
    (
        PRODUCT,
        lambda schema: schema["properties"]["prices"].update(patternProperties={"^[a-z]$": {}}),
        ["prices: bound changed: keys from ['^[A-Z]{3}$'] to ['^[a-z]$']"],
    ),
    (
        PRODUCT,
        lambda schema: schema["properties"]["prices"]["patternProperties"]["^[A-Z]{3}$"].update(minimum=1),
        ["prices{}: bound minimum changed from 0 to 1"],
    ),
    (
        PRODUCT,
        within("prices", additionalProperties={"type": "integer"}),
        ["prices{}: type changed from false to integer"],
    ),
    (UPDATED, within("changes", default=["status"]), ["changes: default changed from [] to ['status']"]),
    (
        UPDATED,
        lambda schema: schema["properties"]["changes"]["items"].update(type="integer"),
        ["changes[]: type changed from string to integer"],
    ),
    (
        UPDATED,
        lambda schema: schema["properties"]["tracking_number"]["anyOf"][0].update(maxLength=5),
        ["tracking_number: bound maxLength changed from none to 5"],
    ),
    (CREATED, in_item(both(remove("sku"), relax("sku"))), ["items[].sku: field removed"]),
    (
        CREATED,
        in_item(both(field("weight", {"type": "integer"}), require("weight"))),
        ["items[].weight: field added as required"],
    ),
    (
        CREATED,
        in_item(within("quantity", minimum=0)),
        ["items[].quantity: bound minimum changed from 1 to 0"],
    ),
]


@pytest.mark.parametrize(("committed", "change", "breaks"), BREAKS, ids=[b[0] for _, _, b in BREAKS])
def test_break_is_named_when_it_is_planted(committed: Document, change: Change, breaks: list[str]) -> None:
    assert after(committed, change) == breaks


HARMLESS: dict[str, Change] = {
    "optional field": field("channel", {"type": "string", "default": "web"}),
    "optional field of a line": in_item(field("weight", {"type": "integer"})),
    "description": lambda schema: schema.update(description="Said better."),
    "words of a field": within("total", title="Total", description="Minor units.", examples=[1]),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_nothing_is_broken_when_a_change_is_harmless(change: Change) -> None:
    assert after(CREATED, change) == []


def test_nothing_is_broken_when_a_nested_model_is_renamed() -> None:
    renamed = deepcopy(CREATED)
    renamed["$defs"]["Line"] = renamed["$defs"].pop("PricedItem")
    renamed["properties"]["items"]["items"]["$ref"] = "#/$defs/Line"

    assert schema_breaks(CREATED, renamed) == []


def test_contract_is_named_when_it_is_gone_and_not_when_it_is_new() -> None:
    committed = {"order.created.1": CREATED, "order.updated.1": UPDATED}
    current = {"order.updated.1": UPDATED, "order.created.2": CREATED}

    assert contract_breaks(committed, current) == ["order.created.1: contract removed"]


def test_every_break_is_named_when_there_are_several() -> None:
    changed = deepcopy(CREATED)
    both(within("total", minimum=1), both(remove("number"), relax("number")))(changed)

    assert contract_breaks({"order.created.1": CREATED}, {"order.created.1": changed}) == [
        "order.created.1: number: field removed",
        "order.created.1: total: bound minimum changed from 0 to 1",
    ]
