"""What the payment service tells everybody."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Contract, Currency, MinorUnits


class PaymentContract(Contract):
    exchange: ClassVar[str] = "payment_exchange"
    source: ClassVar[str] = "/payment-service"

    payment_id: UUID
    order_id: UUID


class PaymentInitiated(PaymentContract):
    """A payment is recorded for a new order; no money has moved."""

    type: ClassVar[str] = "payment.initiated"
    amount: MinorUnits
    currency: Currency


class PaymentProcessed(PaymentContract):
    """The provider took the money."""

    type: ClassVar[str] = "payment.processed"
    amount: MinorUnits
    currency: Currency
    provider_reference: str


class PaymentFailed(PaymentContract):
    """The provider declined for good."""

    type: ClassVar[str] = "payment.failed"
    amount: MinorUnits
    currency: Currency
    code: str
    message: str


class PaymentCancelled(PaymentContract):
    """The payment ended before any money moved."""

    type: ClassVar[str] = "payment.cancelled"
    reason: str


class PaymentRefunded(PaymentContract):
    """A refund succeeded. `refunded_total` and `remaining` are the values after it."""

    type: ClassVar[str] = "payment.refunded"
    refund_id: UUID
    amount: MinorUnits
    currency: Currency
    refunded_total: MinorUnits
    remaining: MinorUnits
    reason: str


class PaymentRefundFailed(PaymentContract):
    """The provider refused a refund; the money is still with us."""

    type: ClassVar[str] = "payment.refund_failed"
    refund_id: UUID
    amount: MinorUnits
    currency: Currency
    code: str


CONTRACTS: tuple[type[Contract], ...] = (
    PaymentInitiated,
    PaymentProcessed,
    PaymentFailed,
    PaymentCancelled,
    PaymentRefunded,
    PaymentRefundFailed,
)
