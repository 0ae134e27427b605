"""The table of published events, row by row: exchange, type, fields, who hears it.

Source: docs/specification.md, "Published events".
"""

from dataclasses import dataclass

import pytest

from shared.contracts import NEWEST, Contract
from shared.messaging.topology import SUBSCRIPTIONS

PAYMENT = ("payment_id", "order_id")
REFUND = (*PAYMENT, "refund_id", "amount", "currency")
PRODUCT = (
    "sku",
    "name",
    "description",
    "category",
    "image",
    "status",
    "prices",
    "on_hand",
    "reserved",
    "available",
    "low_stock_threshold",
    "version",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True)
class Published:
    exchange: str
    type: str
    data: tuple[str, ...]
    consumed_by: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


TABLE = (
    Published(
        "order_exchange",
        "order.created",
        data=(
            "order_id",
            "number",
            "customer_id",
            "items",
            "total",
            "currency",
            "payment_method",
            "expires_at",
        ),
        lines=("sku", "quantity", "unit_price", "line_total"),
        consumed_by=("inventory", "payment"),
    ),
    Published(
        "order_exchange",
        "order.confirmed",
        data=("order_id", "items", "total", "currency"),
        lines=("sku", "quantity"),
    ),
    Published(
        "order_exchange",
        "order.updated",
        data=("order_id", "status", "previous_status", "changes", "tracking_number"),
        optional=("changes", "tracking_number"),
        consumed_by=("inventory",),
    ),
    Published(
        "order_exchange",
        "order.cancelled",
        data=("order_id", "reason", "previous_status"),
        consumed_by=("inventory", "payment"),
    ),
    Published("order_exchange", "order.failed", data=("order_id", "reason", "detail")),
    Published("payment_exchange", "payment.initiated", data=(*PAYMENT, "amount", "currency")),
    Published(
        "payment_exchange",
        "payment.processed",
        data=(*PAYMENT, "amount", "currency", "provider_reference"),
        consumed_by=("order",),
    ),
    Published(
        "payment_exchange",
        "payment.failed",
        data=(*PAYMENT, "amount", "currency", "code", "message"),
        consumed_by=("inventory", "order"),
    ),
    Published(
        "payment_exchange",
        "payment.cancelled",
        data=(*PAYMENT, "reason"),
        consumed_by=("order",),
    ),
    Published(
        "payment_exchange",
        "payment.refunded",
        data=(*REFUND, "refunded_total", "remaining", "reason"),
        consumed_by=("order",),
    ),
    Published("payment_exchange", "payment.refund_failed", data=(*REFUND, "code"), consumed_by=("order",)),
    Published(
        "inventory_exchange",
        "inventory.reserved",
        data=("order_id", "lines"),
        lines=("sku", "quantity", "available"),
        consumed_by=("order", "payment"),
    ),
    Published(
        "inventory_exchange",
        "inventory.reservation_failed",
        data=("order_id", "reason", "lines"),
        lines=("sku", "requested", "available"),
        consumed_by=("order", "payment"),
    ),
    Published(
        "inventory_exchange",
        "inventory.released",
        data=("order_id", "reason", "lines"),
        lines=("sku", "quantity", "available"),
        consumed_by=("order",),
    ),
    Published("inventory_exchange", "inventory.updated", data=(*PRODUCT, "cause"), consumed_by=("order",)),
    Published("inventory_exchange", "inventory.low_stock", data=("sku", "available", "threshold")),
)

VALUES = {
    ("order.updated", "status"): (
        "PENDING",
        "CONFIRMED",
        "PROCESSING",
        "SHIPPED",
        "DELIVERED",
        "CANCELLED",
        "FAILED",
    ),
    ("order.cancelled", "reason"): ("customer_request", "staff_request", "expired"),
    ("order.failed", "reason"): ("payment_declined", "out_of_stock"),
    ("inventory.updated", "status"): ("AVAILABLE", "OUT_OF_STOCK", "DISCONTINUED"),
    ("inventory.updated", "cause"): ("created", "changed", "adjusted", "shipped"),
}

EVERY_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.type)


def contract_of(type_name: str) -> type[Contract]:
    [contract] = [contract for contract in NEWEST if contract.type == type_name]
    return contract


def test_every_event_is_in_the_table_when_contracts_are_counted() -> None:
    assert sorted(row.type for row in TABLE) == sorted(contract.type for contract in NEWEST)


@EVERY_ROW
def test_contract_has_the_fields_of_the_table_when_it_is_published(row: Published) -> None:
    contract = contract_of(row.type)
    fields = contract.model_fields

    assert contract.exchange == row.exchange
    assert set(fields) == set(row.data)
    assert {name for name, field in fields.items() if not field.is_required()} == set(row.optional)


@EVERY_ROW
def test_lines_have_the_fields_of_the_table_when_a_contract_has_lines(row: Published) -> None:
    models = contract_of(row.type).model_json_schema().get("$defs", {})
    lines = [(set(model["properties"]), set(model["required"])) for model in models.values()]

    assert lines == ([(set(row.lines), set(row.lines))] if row.lines else [])


@pytest.mark.parametrize(("field", "values"), VALUES.items(), ids=lambda value: ".".join(value)[:40])
def test_field_takes_the_values_of_the_specification_when_they_are_enumerated(
    field: tuple[str, str], values: tuple[str, ...]
) -> None:
    type_name, name = field
    described = contract_of(type_name).model_json_schema()["properties"][name]

    assert described["enum"] == list(values)


@EVERY_ROW
def test_event_is_heard_by_those_in_the_table_when_it_is_published(row: Published) -> None:
    contract = contract_of(row.type)
    hearing = [name for name, subscription in SUBSCRIPTIONS.items() if contract in subscription.contracts]

    assert sorted(hearing) == sorted(row.consumed_by)
