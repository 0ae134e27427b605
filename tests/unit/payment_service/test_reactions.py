"""What the payment service makes of what it hears."""

from datetime import UTC, datetime
from uuid import UUID

from payment_service.domain.commands import (
    CancelPayment,
    NoteStockRefused,
    NoteStockReserved,
    RecordPayment,
)
from payment_service.domain.money import Money
from payment_service.reactions import REACTIONS
from shared.contracts import Contract
from shared.contracts.inventory import InventoryReservationFailed, InventoryReserved
from shared.contracts.orders import OrderCancelled, OrderCreated, PricedItem
from shared.eventsourcing.ids import derived_id
from shared.messaging.reactions import Heard
from shared.messaging.topology import SUBSCRIPTIONS

ORDER_ID = UUID("0197f3a0-0000-7000-8000-000000000001")
EVENT_ID = UUID("0197f3a0-0000-7000-8000-000000000002")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def command_for(data: Contract) -> object:
    heard = Heard(EVENT_ID, data.type, str(ORDER_ID), NOON, ORDER_ID, EVENT_ID, "c-1", 1, data)
    return REACTIONS[type(data)](heard)


def test_payment_is_recorded_under_an_id_of_the_orders_when_order_is_created() -> None:
    created = OrderCreated(
        order_id=ORDER_ID,
        number="EF-7K3Q9M",
        customer_id="c-1",
        items=(PricedItem(sku="MUG-1", quantity=2, unit_price=1999, line_total=3998),),
        total=3998,
        currency="EUR",
        payment_method="pm_card_visa",
        expires_at=NOON,
    )
    payment_id = derived_id(ORDER_ID, "payment")
    assert payment_id.version == 7
    assert payment_id.int >> 80 == ORDER_ID.int >> 80
    assert command_for(created) == RecordPayment(
        ORDER_ID, payment_id, "c-1", Money(3998, "EUR"), "pm_card_visa"
    )


def test_reservation_is_noted_when_stock_is_reserved() -> None:
    assert command_for(InventoryReserved(order_id=ORDER_ID, lines=())) == NoteStockReserved(ORDER_ID)


def test_refusal_is_noted_when_reservation_fails() -> None:
    refused = InventoryReservationFailed(order_id=ORDER_ID, reason="out_of_stock", lines=())
    assert command_for(refused) == NoteStockRefused(ORDER_ID)


def test_payment_is_cancelled_when_order_is_cancelled() -> None:
    cancelled = OrderCancelled(order_id=ORDER_ID, reason="expired", previous_status="PENDING")
    assert command_for(cancelled) == CancelPayment(ORDER_ID, "expired")


def test_every_reaction_has_its_subscription() -> None:
    assert set(REACTIONS) == set(SUBSCRIPTIONS["payment"].contracts)
