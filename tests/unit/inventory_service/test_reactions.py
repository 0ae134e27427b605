"""What is heard becomes the right command, or leaves no trace."""

from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from inventory_service.domain.reservation import Line
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock, ReserveStock
from inventory_service.reactions import REACTIONS
from shared.contracts import Contract
from shared.contracts.orders import OrderCancelled, OrderCreated, OrderStatus, OrderUpdated, PricedItem
from shared.contracts.payments import PaymentFailed
from shared.messaging.reactions import Heard
from tests.unit.inventory_service.memory import NOON, order_id

ORDER = order_id(1)


def react(contract: Contract) -> Any:
    heard = Heard(order_id(2), contract.type, str(ORDER), NOON, ORDER, ORDER, "c-1", 1, contract)
    return REACTIONS[type(contract)](heard)


def item(sku: str, quantity: int) -> PricedItem:
    return PricedItem(sku=sku, quantity=quantity, unit_price=100, line_total=100 * quantity)


def test_stock_is_reserved_when_an_order_is_created() -> None:
    created = OrderCreated(
        order_id=ORDER,
        number="EF-7K3Q9M",
        customer_id="c-1",
        items=(item("MUG", 2), item("TEA", 1), item("MUG", 1)),
        total=400,
        currency="USD",
        payment_method="pm_card_visa",
        expires_at=datetime(2026, 3, 1, 13, tzinfo=UTC),
    )

    assert react(created) == ReserveStock(ORDER, (Line("MUG", 2), Line("TEA", 1), Line("MUG", 1)))


def test_the_reservation_is_fulfilled_when_the_order_is_shipped() -> None:
    shipped = OrderUpdated(
        order_id=ORDER, status="SHIPPED", previous_status="PROCESSING", tracking_number="T-1"
    )

    assert react(shipped) == FulfilReservation(ORDER)


@pytest.mark.parametrize("status", ["PENDING", "CONFIRMED", "PROCESSING", "DELIVERED"])
def test_no_trace_is_left_when_an_order_is_otherwise_updated(status: OrderStatus) -> None:
    assert react(OrderUpdated(order_id=ORDER, status=status, previous_status="CONFIRMED")) is None


@pytest.mark.parametrize("reason", ["customer_request", "staff_request", "expired"])
def test_stock_is_released_for_the_orders_reason_when_it_is_cancelled(
    reason: Literal["customer_request", "staff_request", "expired"],
) -> None:
    cancelled = OrderCancelled(order_id=ORDER, reason=reason, previous_status="PENDING")

    assert react(cancelled) == ReleaseStock(ORDER, reason)


def test_stock_is_released_when_the_payment_failed() -> None:
    failed = PaymentFailed(
        payment_id=order_id(3),
        order_id=ORDER,
        amount=400,
        currency="USD",
        code="card_declined",
        message="The card was declined.",
    )

    assert react(failed) == ReleaseStock(ORDER, "payment_failed")
