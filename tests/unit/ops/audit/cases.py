"""Orders as three services hold them, put together by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from inventory_service.domain.reservation import Line as HeldLine
from inventory_service.domain.reservation import Reservation, ReservationStatus
from ops.audit.cases import Case
from order_service.domain.events import Line
from order_service.domain.lifecycle import OrderStatus, StockStatus
from order_service.domain.lifecycle import PaymentStatus as ShownPayment
from order_service.domain.money import Money
from order_service.domain.order import Order
from payment_service.domain.money import Money as Paid
from payment_service.domain.payment import Payment, PaymentStatus, Refund, RefundStatus, Terms
from shared.eventsourcing.rows import Row

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ORDER_ID = UUID("0197f3a0-0000-7000-8000-000000000001")
PAYMENT_ID = UUID("0197f3a0-0000-7000-8000-000000000002")
REFUND_ID = UUID("0197f3a0-0000-7000-8000-000000000003")

ORDER = Order(
    status=OrderStatus.CONFIRMED,
    number="EF-7K3Q9M",
    lines=(Line("MUG-1", "Mug", 2, Money(1000, "USD")),),
    total=Money(2000, "USD"),
    payment_taken=True,
    payment_status=ShownPayment.COMPLETED,
    refunded_total=Money(0, "USD"),
    stock_status=StockStatus.RESERVED,
)
PAYMENT = Payment(
    status=PaymentStatus.COMPLETED,
    terms=Terms(PAYMENT_ID, ORDER_ID, "c-1", Paid(2000, "USD"), "pm_card_visa"),
    provider_reference="ch_1",
    captured=2000,
)
RESERVATION = Reservation(ReservationStatus.RESERVED, (HeldLine("MUG-1", 2),))


def case(order: Order = ORDER, payment: Payment = PAYMENT, reservation: Reservation = RESERVATION) -> Case:
    """A confirmed order of which nothing is wrong, unless told otherwise."""
    return Case(ORDER_ID, Row(4, order, NOW, NOW), Row(3, payment, NOW, NOW), Row(1, reservation, NOW, NOW))


def refund(status: RefundStatus, amount: int = 2000) -> Refund:
    return Refund(REFUND_ID, Paid(amount, "USD"), status, "because", None, None, NOW, NOW)


CANCELLED = case(
    replace(
        ORDER,
        status=OrderStatus.CANCELLED,
        payment_status=ShownPayment.REFUNDED,
        refunded_total=Money(2000, "USD"),
        stock_status=StockStatus.RELEASED,
    ),
    replace(PAYMENT, status=PaymentStatus.REFUNDED, refunds=(refund(RefundStatus.SUCCEEDED),)),
    replace(RESERVATION, status=ReservationStatus.RELEASED),
)
