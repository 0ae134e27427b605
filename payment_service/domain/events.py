"""What can happen to a payment.

Each event carries the values after it, so that it can be published and turned into work without reading a table.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payment_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the provider refused: `code` for machines, `message` for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PaymentInitiated:
    """The order is known here; no money has moved."""

    payment_id: UUID
    order_id: UUID
    customer_id: str
    price: Money
    method: str


@dataclass(frozen=True, slots=True)
class StockReservationHeard:
    """The order's stock is reserved, but the order itself has not arrived: remembered until it does."""


@dataclass(frozen=True, slots=True)
class StockRefusalHeard:
    """The order's stock is refused, but the order itself has not arrived: remembered until it does."""


@dataclass(frozen=True, slots=True)
class ChargeRequested:
    """The provider is to be asked for the money."""

    payment_id: UUID
    price: Money
    method: str


@dataclass(frozen=True, slots=True)
class PaymentProcessed:
    """The provider took the money; `reference` is its name for the charge."""

    payment_id: UUID
    price: Money
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """The provider declined for good."""

    payment_id: UUID
    price: Money
    failure: Failure


@dataclass(frozen=True, slots=True)
class CancellationRequested:
    """The order was cancelled. Nothing takes that back, whatever state the payment is in."""

    reason: str


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    """The payment ended before any money moved; `failure` when the provider declined a charge that nobody wanted any more."""

    payment_id: UUID
    reason: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class RefundRequested:
    """The provider is to be asked, not before `not_before`, to return `amount` of the charge named `charge_reference`."""

    payment_id: UUID
    refund_id: UUID
    amount: Money
    reason: str
    charge_reference: str
    retry_of: UUID | None
    not_before: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundSucceeded:
    """The provider returned `amount`; `refunded_total` and `remaining` are minor units after it."""

    payment_id: UUID
    refund_id: UUID
    amount: Money
    refunded_total: int
    remaining: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """The provider refused the refund; the money is still with us."""

    payment_id: UUID
    refund_id: UUID
    amount: Money
    failure: Failure
    at: datetime


Event = (
    PaymentInitiated
    | StockReservationHeard
    | StockRefusalHeard
    | ChargeRequested
    | PaymentProcessed
    | PaymentFailed
    | CancellationRequested
    | PaymentCancelled
    | RefundRequested
    | RefundSucceeded
    | RefundFailed
)
