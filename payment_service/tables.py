"""What the payment service keeps: one row per order, its payment."""

from payment_service.domain.events import (
    CancellationRequested,
    ChargeRequested,
    Event,
    PaymentCancelled,
    PaymentFailed,
    PaymentInitiated,
    PaymentProcessed,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
    StockRefusalHeard,
    StockReservationHeard,
)
from payment_service.domain.payment import NOTHING_YET, Payment, evolve
from shared.eventsourcing.rows import Aggregate

PAYMENTS: Aggregate[Payment, Event] = Aggregate(
    name="payments",
    id_type="uuid",
    state_type=Payment,
    initial=NOTHING_YET,
    prefix="payment",
    # These names are on disk: add a version beside one, never edit one.
    events={
        "payment.initiated": PaymentInitiated,
        "payment.stock_reservation_heard": StockReservationHeard,
        "payment.charge_requested": ChargeRequested,
        "payment.processed": PaymentProcessed,
        "payment.failed": PaymentFailed,
        "payment.stock_refusal_heard": StockRefusalHeard,
        "payment.cancellation_requested": CancellationRequested,
        "payment.cancelled": PaymentCancelled,
        "payment.refund_requested": RefundRequested,
        "payment.refunded": RefundSucceeded,
        "payment.refund_failed": RefundFailed,
    },
    evolve=evolve,
)
