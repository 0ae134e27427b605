"""One stored event of every kind that the services know, with fixed ids and times: what golden files are made from.

They tell no story: an order that was shipped was not cancelled as well. Each has a version of its own, which its id
is derived from, so that a new example changes no golden file of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import inventory_service.publishing
import order_service.publishing
import payment_service.publishing
from inventory_service.domain import product, reservation
from inventory_service.tables import PRODUCTS, RESERVATIONS
from order_service.domain import events as order
from order_service.domain.lifecycle import CancelReason, FailureReason, OrderStatus
from order_service.domain.money import Money
from order_service.tables import ORDERS
from payment_service.domain import events as payment
from payment_service.domain.money import Money as Price
from payment_service.tables import PAYMENTS
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Aggregate
from shared.messaging.outgoing import Publish

AT = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
ORDER_ID = UUID("0197c5b4-8e80-7abc-8def-0123456789ab")
PAYMENT_ID = derived_id(ORDER_ID, "payment")
REFUND_ID = derived_id(ORDER_ID, "refund:0")
REQUEST_ID = UUID("0197c5b4-8a98-7abc-8def-0123456789ab")
CUSTOMER = "c-7"
SKU = "MUG-BLUE"

PUBLISHING: Mapping[str, Publish] = {
    "order": order_service.publishing.publish,
    "payment": payment_service.publishing.publish,
    "inventory": inventory_service.publishing.publish,
}
AGGREGATES: Mapping[str, Sequence[Aggregate[Any, Any]]] = {
    "order": [ORDERS],
    "payment": [PAYMENTS],
    "inventory": [RESERVATIONS, PRODUCTS],
}
CODECS = {service: Codec(aggregates) for service, aggregates in AGGREGATES.items()}


def _recorded(
    service: str,
    aggregate: Aggregate[Any, Any],
    row_id: str,
    examples: Mapping[int, Any],
    *,
    customer: str | None = CUSTOMER,
    about: UUID = ORDER_ID,
) -> list[Recorded]:
    """The events as the service stores them in one stream, by version."""
    stream = aggregate.stream(row_id)
    return [
        Recorded(
            position=version,
            id=derived_id(ORDER_ID, f"{stream}:{version}"),
            stream=stream,
            row_id=row_id,
            version=version,
            type=CODECS[service].name(event),
            event=event,
            command_id=derived_id(ORDER_ID, f"{stream}:{version}:command"),
            correlation_id=about,
            causation_id=derived_id(ORDER_ID, f"{stream}:{version}:cause"),
            actor=Actor(f"{service}_service", "service"),
            customer_id=customer,
            time=AT + timedelta(seconds=version),
        )
        for version, event in examples.items()
    ]


TOTAL = Money(4498, "USD")
LINES = (
    order.Line(SKU, "Mug, blue", 2, Money(1999, "USD")),
    order.Line("TEA-1", "Tea", 1, Money(500, "USD")),
)

ORDER_EVENTS = {
    1: order.OrderPlaced(
        number="EF-7K3Q9M",
        customer_id=CUSTOMER,
        lines=LINES,
        total=TOTAL,
        payment_method="pm_card_visa",
        shipping_address="sealed address",
        notes="sealed notes",
        expires_at=AT + timedelta(minutes=15),
    ),
    2: order.StockSecured(1),
    3: order.PaymentReceived(3),
    4: order.OrderConfirmed(LINES, TOTAL),
    5: order.ProcessingStarted(OrderStatus.CONFIRMED),
    6: order.DetailsEdited(
        OrderStatus.PROCESSING, ("shipping_address", "notes"), "sealed new address", "sealed new notes"
    ),
    7: order.OrderShipped(OrderStatus.PROCESSING, "TRACK-1"),
    8: order.OrderDelivered(OrderStatus.SHIPPED, "TRACK-1"),
    9: order.PaymentDeclined(3),
    10: order.OrderFailed(FailureReason.PAYMENT_DECLINED, "Your card was declined."),
    11: order.StockRefused(1),
    12: order.OrderFailed(FailureReason.OUT_OF_STOCK, "MUG-BLUE: 2 wanted, 1 available"),
    13: order.OrderCancelled(CancelReason.CUSTOMER_REQUEST, OrderStatus.PENDING),
    14: order.OrderCancelled(CancelReason.STAFF_REQUEST, OrderStatus.PROCESSING),
    15: order.OrderCancelled(CancelReason.EXPIRED, OrderStatus.PENDING),
    16: order.StockReturned(2),
    17: order.PaymentWithdrawn(3),
    18: order.MoneyReturned(5, Money(1000, "USD"), Money(3498, "USD")),
    19: order.RefundRefused(6),
    20: order.NoteAdded("sealed text"),
}

PRICE = Price(4498, "USD")
REFUND = Price(1000, "USD")

PAYMENT_EVENTS = {
    1: payment.PaymentInitiated(PAYMENT_ID, ORDER_ID, CUSTOMER, PRICE, "pm_card_visa"),
    2: payment.StockReservationHeard(),
    3: payment.ChargeRequested(PAYMENT_ID, PRICE, "pm_card_visa"),
    4: payment.PaymentProcessed(PAYMENT_ID, PRICE, "ch_1"),
    5: payment.PaymentFailed(PAYMENT_ID, PRICE, payment.Failure("card_declined", "Your card was declined.")),
    6: payment.StockRefusalHeard(),
    7: payment.CancellationRequested("customer_request"),
    8: payment.PaymentCancelled(PAYMENT_ID, "out_of_stock"),
    9: payment.PaymentCancelled(
        PAYMENT_ID, "customer_request", payment.Failure("card_declined", "Your card was declined.")
    ),
    10: payment.RefundRequested(
        payment_id=PAYMENT_ID,
        refund_id=REFUND_ID,
        amount=REFUND,
        reason="damaged",
        charge_reference="ch_1",
        retry_of=derived_id(ORDER_ID, "refund:1"),
        not_before=AT + timedelta(minutes=1),
        at=AT,
    ),
    11: payment.RefundSucceeded(
        payment_id=PAYMENT_ID,
        refund_id=REFUND_ID,
        amount=REFUND,
        refunded_total=1000,
        remaining=3498,
        reason="damaged",
        at=AT,
    ),
    12: payment.RefundFailed(
        payment_id=PAYMENT_ID,
        refund_id=REFUND_ID,
        amount=REFUND,
        failure=payment.Failure("refund_refused", "The bank refused."),
        at=AT,
    ),
}

HELD = (reservation.StockLine(SKU, 2, on_hand=5, reserved=4), reservation.StockLine("TEA-1", 1, 1, 1))

RESERVATION_EVENTS = {
    1: reservation.StockReserved(HELD),
    2: reservation.ReservationRefused(
        "out_of_stock",
        (reservation.Line(SKU, 2), reservation.Line("TEA-1", 1)),
        (reservation.ShortLine(SKU, requested=2, available=1),),
    ),
    3: reservation.StockReleased("payment_failed", HELD),
    4: reservation.StockReleased("expired", ()),
    5: reservation.ReservationFulfilled(HELD),
    6: reservation.CancellationRemembered("customer_request"),
    7: reservation.ShipmentRemembered(),
}

ENTRY = product.CatalogueEntry(
    name="Mug, blue",
    created_at=AT,
    description="Holds 0.3 l of tea — or crème brûlée.",
    category="kitchen",
    image="/images/mug-blue.webp",
    prices={"USD": 1999, "EUR": 1849},
    low_stock_threshold=3,
)
GONE = replace(ENTRY, discontinued=True)

PRODUCT_EVENTS = {
    1: product.ProductCreated(ENTRY, on_hand=0, reserved=0),
    2: product.ProductChanged(GONE, on_hand=5, reserved=2),
    3: product.StockAdjusted(-1, "breakage", ENTRY, on_hand=5, reserved=2),
}
PRODUCT_EVENTS_OF_ORDERS = {
    4: product.StockShipped(str(ORDER_ID), 2, ENTRY, on_hand=3, reserved=0),
    5: product.LowStockReached(available=2, threshold=3),
}

EXAMPLES: Mapping[str, Sequence[Recorded]] = {
    "order": _recorded("order", ORDERS, str(ORDER_ID), ORDER_EVENTS),
    "payment": _recorded("payment", PAYMENTS, str(ORDER_ID), PAYMENT_EVENTS),
    "inventory": [
        *_recorded("inventory", RESERVATIONS, str(ORDER_ID), RESERVATION_EVENTS),
        *_recorded("inventory", PRODUCTS, SKU, PRODUCT_EVENTS, customer=None, about=REQUEST_ID),
        *_recorded("inventory", PRODUCTS, SKU, PRODUCT_EVENTS_OF_ORDERS),
    ],
}
