"""The payment of one order: the fold of its events."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from payment_service.domain.events import (
    CancellationRequested,
    ChargeRequested,
    Event,
    Failure,
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
from payment_service.domain.money import Money


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    REFUNDED = "REFUNDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class StockAnswer(StrEnum):
    RESERVED = "RESERVED"
    REFUSED = "REFUSED"


class RefundStatus(StrEnum):
    REQUESTED = "REQUESTED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the order fixed: who pays how much, and by what."""

    payment_id: UUID
    order_id: UUID
    customer_id: str
    price: Money
    method: str


@dataclass(frozen=True, slots=True)
class Refund:
    refund_id: UUID
    amount: Money
    status: RefundStatus
    reason: str
    retry_of: UUID | None
    failure: Failure | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """Where a payment stands. Without `terms` and `status` the order has not been heard of: nobody outside sees it.

    `stock` is what was heard of the reservation while it mattered, `cancel_reason` why the order was cancelled, if it
    was: for good, in any status. `captured` and the sums are minor units of the price's currency.
    """

    status: PaymentStatus | None = None
    terms: Terms | None = None
    stock: StockAnswer | None = None
    cancel_reason: str | None = None
    provider_reference: str | None = None
    failure: Failure | None = None
    captured: int = 0
    refunds: tuple[Refund, ...] = ()

    @property
    def cancel_requested(self) -> bool:
        return self.cancel_reason is not None

    @property
    def refunded_total(self) -> int:
        return self._sum_of(RefundStatus.SUCCEEDED)

    @property
    def refund_pending(self) -> int:
        return self._sum_of(RefundStatus.REQUESTED)

    @property
    def left_to_refund(self) -> int:
        return self.captured - self.refunded_total - self.refund_pending

    @property
    def refunds_failed(self) -> int:
        return sum(refund.status is RefundStatus.FAILED for refund in self.refunds)

    def refund(self, refund_id: UUID) -> Refund | None:
        return next((refund for refund in self.refunds if refund.refund_id == refund_id), None)

    def retry_of(self, refund_id: UUID) -> Refund | None:
        """The refund that was requested in place of this failed one."""
        return next((refund for refund in self.refunds if refund.retry_of == refund_id), None)

    def _sum_of(self, status: RefundStatus) -> int:
        return sum(refund.amount.amount for refund in self.refunds if refund.status is status)


NOTHING_YET = Payment()


def evolve(state: Payment, event: Event) -> Payment:
    match event:
        case PaymentInitiated(payment_id, order_id, customer_id, price, method):
            terms = Terms(payment_id, order_id, customer_id, price, method)
            return replace(state, status=PaymentStatus.PENDING, terms=terms)
        case StockReservationHeard():
            return replace(state, stock=StockAnswer.RESERVED)
        case StockRefusalHeard():
            return replace(state, stock=StockAnswer.REFUSED)
        case ChargeRequested():
            return replace(state, status=PaymentStatus.PROCESSING, stock=StockAnswer.RESERVED)
        case PaymentProcessed(price=price, reference=reference):
            return replace(
                state, status=PaymentStatus.COMPLETED, provider_reference=reference, captured=price.amount
            )
        case PaymentFailed(failure=failure):
            return replace(state, status=PaymentStatus.FAILED, failure=failure)
        case CancellationRequested(reason):
            return replace(state, cancel_reason=reason)
        case PaymentCancelled(failure=failure):
            return replace(state, status=PaymentStatus.CANCELLED, failure=failure)
        case RefundRequested():
            return replace(state, refunds=(*state.refunds, _requested(event)))
        case RefundSucceeded(refund_id=refund_id, remaining=remaining, at=at):
            status = PaymentStatus.REFUNDED if remaining == 0 else state.status
            refunds = _ended(state.refunds, refund_id, RefundStatus.SUCCEEDED, None, at)
            return replace(state, status=status, refunds=refunds)
        case RefundFailed(refund_id=refund_id, failure=failure, at=at):
            refunds = _ended(state.refunds, refund_id, RefundStatus.FAILED, failure, at)
            return replace(state, refunds=refunds)
        case _:
            assert_never(event)


def _requested(event: RefundRequested) -> Refund:
    return Refund(
        refund_id=event.refund_id,
        amount=event.amount,
        status=RefundStatus.REQUESTED,
        reason=event.reason,
        retry_of=event.retry_of,
        failure=None,
        created_at=event.at,
        updated_at=event.at,
    )


def _ended(
    refunds: tuple[Refund, ...], refund_id: UUID, status: RefundStatus, failure: Failure | None, at: datetime
) -> tuple[Refund, ...]:
    return tuple(
        replace(refund, status=status, failure=failure, updated_at=at)
        if refund.refund_id == refund_id
        else refund
        for refund in refunds
    )
