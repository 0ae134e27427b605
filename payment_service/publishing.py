"""What the payment service tells others of what happened to a payment; the rest stays at home."""

from typing import assert_never
from uuid import UUID

from payment_service.domain import events
from payment_service.domain.events import Event
from shared.contracts import Contract
from shared.contracts.payments import (
    PaymentCancelled,
    PaymentFailed,
    PaymentInitiated,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from shared.eventsourcing.recorded import Recorded


def publish(recorded: Recorded) -> Contract | None:
    """The public form of a stored event, from the event alone; None for what concerns nobody else."""
    order_id = UUID(recorded.row_id)
    event: Event = recorded.event
    match event:
        case events.PaymentInitiated(payment_id=payment_id, price=price):
            return PaymentInitiated(
                payment_id=payment_id, order_id=order_id, amount=price.amount, currency=price.currency
            )
        case events.PaymentProcessed(payment_id, price, reference):
            return PaymentProcessed(
                payment_id=payment_id,
                order_id=order_id,
                amount=price.amount,
                currency=price.currency,
                provider_reference=reference,
            )

        case events.PaymentFailed(payment_id, price, failure):
            return PaymentFailed(
                payment_id=payment_id,
                order_id=order_id,
                amount=price.amount,
                currency=price.currency,
                code=failure.code,
                message=failure.message,
            )
        case events.PaymentCancelled(payment_id=payment_id, reason=reason):
            return PaymentCancelled(payment_id=payment_id, order_id=order_id, reason=reason)
        case events.RefundSucceeded():
            return PaymentRefunded(
                payment_id=event.payment_id,
                order_id=order_id,
                refund_id=event.refund_id,
                amount=event.amount.amount,
                currency=event.amount.currency,
                refunded_total=event.refunded_total,
                remaining=event.remaining,
                reason=event.reason,
            )
        case events.RefundFailed(payment_id, refund_id, amount, failure):
            return PaymentRefundFailed(
                payment_id=payment_id,
                order_id=order_id,
                refund_id=refund_id,
                amount=amount.amount,
                currency=amount.currency,
                code=failure.code,
            )

        case (
            events.StockReservationHeard()
            | events.StockRefusalHeard()
            | events.ChargeRequested()
            | events.CancellationRequested()
            | events.RefundRequested()
        ):
            return None
        case _:
            assert_never(event)
