"""What clients get: docs/specification.md, "Resources"."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from payment_service.domain import payment as domain
from payment_service.domain.events import Failure
from payment_service.domain.payment import PaymentStatus, RefundStatus, Terms
from payment_service.queries import PaymentFound


class FailureResource(BaseModel):
    code: str
    message: str


class RefundResource(BaseModel):
    """`amount` in minor units of `currency`; `failure` is why the provider refused."""

    id: UUID
    payment_id: UUID
    order_id: UUID
    amount: int
    currency: str
    status: RefundStatus
    reason: str
    failure: FailureResource | None
    created_at: datetime
    updated_at: datetime


class PaymentResource(BaseModel):
    """Money in minor units of `currency`: `captured` was taken, `refunded_total` returned, `refund_pending` is on its
    way back.
    """

    id: UUID
    order_id: UUID
    customer_id: str
    status: PaymentStatus
    amount: int
    currency: str
    method: str
    provider_reference: str | None
    captured: int
    refunded_total: int
    refund_pending: int
    cancel_requested: bool
    failure: FailureResource | None
    refunds: list[RefundResource]
    version: int
    created_at: datetime
    updated_at: datetime


def payment_resource(found: PaymentFound) -> PaymentResource:
    terms, payment = found.terms, found.payment
    return PaymentResource(
        id=terms.payment_id,
        order_id=terms.order_id,
        customer_id=terms.customer_id,
        status=found.status,
        amount=terms.price.amount,
        currency=terms.price.currency,
        method=terms.method,
        provider_reference=payment.provider_reference,
        captured=payment.captured,
        refunded_total=payment.refunded_total,
        refund_pending=payment.refund_pending,
        cancel_requested=payment.cancel_requested,
        failure=_failure(payment.failure),
        refunds=[refund_resource(terms, refund) for refund in payment.refunds],
        version=found.version,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def refund_resource(terms: Terms, refund: domain.Refund) -> RefundResource:
    return RefundResource(
        id=refund.refund_id,
        payment_id=terms.payment_id,
        order_id=terms.order_id,
        amount=refund.amount.amount,
        currency=refund.amount.currency,
        status=refund.status,
        reason=refund.reason,
        failure=_failure(refund.failure),
        created_at=refund.created_at,
        updated_at=refund.updated_at,
    )


def _failure(failure: Failure | None) -> FailureResource | None:
    return FailureResource(code=failure.code, message=failure.message) if failure else None
