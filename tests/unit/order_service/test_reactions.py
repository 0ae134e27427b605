from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import pytest

from order_service.domain.commands import (
    NotePaymentCancelled,
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteRefundFailed,
    NoteStockRefused,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.money import Money
from order_service.reactions import REACTIONS
from shared.contracts import Contract
from shared.contracts.inventory import (
    InventoryReleased,
    InventoryReservationFailed,
    InventoryReserved,
    InventoryUpdated,
    ProductStatus,
    ShortLine,
    StockLine,
)
from shared.contracts.payments import (
    PaymentCancelled,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from shared.messaging.reactions import Heard
from tests.unit.order_service.stories import NOW, ORDER_ID

PAYMENT_ID = UUID("0197f3a0-0000-7000-8000-000000000002")
REFUND_ID = UUID("0197f3a0-0000-7000-8000-000000000003")
EVENT_ID = UUID("0197f3a0-0000-7000-8000-000000000004")

D = TypeVar("D", bound=Contract)


def heard(data: D, stream_version: int = 4) -> Heard[D]:
    return Heard(
        id=EVENT_ID,
        type=data.type,
        subject=str(ORDER_ID),
        time=NOW,
        correlation_id=ORDER_ID,
        causation_id=EVENT_ID,
        customer_id="c-1",
        stream_version=stream_version,
        data=data,
    )


def product(status: ProductStatus) -> InventoryUpdated:
    return InventoryUpdated(
        cause="changed",
        sku="MUG-1",
        name="Mug",
        description="",
        category="",
        image="",
        status=status,
        prices={"USD": 1999},
        on_hand=5,
        reserved=5,
        available=0,
        low_stock_threshold=0,
        version=7,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=NOW,
    )


LINE = StockLine(sku="MUG-1", quantity=2, available=3)
TAKEN = PaymentProcessed(
    payment_id=PAYMENT_ID, order_id=ORDER_ID, amount=4498, currency="USD", provider_reference="ch_1"
)
DECLINED = PaymentFailed(
    payment_id=PAYMENT_ID,
    order_id=ORDER_ID,
    amount=4498,
    currency="USD",
    code="card_declined",
    message="Your card was declined.",
)
REFUSED = InventoryReservationFailed(
    order_id=ORDER_ID,
    reason="out_of_stock",
    lines=(
        ShortLine(sku="MUG-1", requested=2, available=0),
        ShortLine(sku="TEA-1", requested=9, available=8),
    ),
)
REFUNDED = PaymentRefunded(
    payment_id=PAYMENT_ID,
    order_id=ORDER_ID,
    refund_id=REFUND_ID,
    amount=500,
    currency="USD",
    refunded_total=500,
    remaining=3998,
    reason="returned",
)
REFUND_FAILED = PaymentRefundFailed(
    payment_id=PAYMENT_ID,
    order_id=ORDER_ID,
    refund_id=REFUND_ID,
    amount=500,
    currency="USD",
    code="refused",
)


@pytest.mark.parametrize(
    ("data", "command"),
    [
        (InventoryReserved(order_id=ORDER_ID, lines=(LINE,)), NoteStockReserved(ORDER_ID, 4)),
        (TAKEN, NotePaymentTaken(ORDER_ID, 4)),
        (DECLINED, NotePaymentFailed(ORDER_ID, 4, "Your card was declined.")),
        (
            REFUSED,
            NoteStockRefused(ORDER_ID, 4, "MUG-1: 2 wanted, 0 available, TEA-1: 9 wanted, 8 available"),
        ),
        (
            InventoryReservationFailed(order_id=ORDER_ID, reason="cancelled", lines=()),
            NoteStockRefused(ORDER_ID, 4, "cancelled"),
        ),
        (
            InventoryReleased(order_id=ORDER_ID, reason="order_cancelled", lines=(LINE,)),
            NoteStockReleased(ORDER_ID, 4),
        ),
        (
            PaymentCancelled(payment_id=PAYMENT_ID, order_id=ORDER_ID, reason="order_cancelled"),
            NotePaymentCancelled(ORDER_ID, 4),
        ),
        (REFUNDED, NotePaymentRefunded(ORDER_ID, 4, Money(500, "USD"), Money(3998, "USD"))),
        (REFUND_FAILED, NoteRefundFailed(ORDER_ID, 4)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_order_notes_it_when_something_about_it_is_heard(data: Contract, command: object) -> None:
    assert REACTIONS[type(data)](heard(data)) == command


@pytest.mark.parametrize(
    ("status", "discontinued"), [("AVAILABLE", False), ("OUT_OF_STOCK", False), ("DISCONTINUED", True)]
)
def test_listing_is_kept_when_a_product_is_updated(status: ProductStatus, discontinued: bool) -> None:
    """The version is the product's own: the place in its stream says the same, but only the data are the contract."""
    expected = RecordListing("MUG-1", 7, Listing("Mug", {"USD": 1999}, discontinued))
    assert REACTIONS[InventoryUpdated](heard(product(status))) == expected


def test_everything_that_saga_md_names_is_heard_when_reactions_are_bound() -> None:
    names = {contract.type for contract in REACTIONS}
    assert names == {
        "inventory.updated",
        "inventory.reserved",
        "payment.processed",
        "payment.failed",
        "inventory.reservation_failed",
        "inventory.released",
        "payment.cancelled",
        "payment.refunded",
        "payment.refund_failed",
    }
