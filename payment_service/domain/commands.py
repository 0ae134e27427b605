"""What a payment can be told, and why it may refuse."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payment_service.domain.events import Failure
from payment_service.domain.money import Money
from payment_service.domain.payment import RefundStatus


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a decision cannot know by itself: when it is made, and the id of a refund that it may request on its own."""

    now: datetime
    next_refund_id: UUID


@dataclass(frozen=True, slots=True)
class RecordPayment:
    """The order was placed."""

    order_id: UUID
    payment_id: UUID
    customer_id: str
    price: Money
    method: str


@dataclass(frozen=True, slots=True)
class NoteStockReserved:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class NoteStockRefused:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """The order was cancelled."""

    order_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class RecordChargeSucceeded:
    order_id: UUID
    reference: str


@dataclass(frozen=True, slots=True)
class RecordChargeDeclined:
    order_id: UUID
    failure: Failure


@dataclass(frozen=True, slots=True)
class RequestRefund:
    """Staff return `amount` minor units (at least 1), or all that is left."""

    order_id: UUID
    refund_id: UUID
    amount: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class RetryRefund:
    """Staff try a failed refund once more, as a new refund."""

    order_id: UUID
    refund_id: UUID
    new_refund_id: UUID


@dataclass(frozen=True, slots=True)
class RecordRefundSucceeded:
    order_id: UUID
    refund_id: UUID


@dataclass(frozen=True, slots=True)
class RecordRefundFailed:
    order_id: UUID
    refund_id: UUID
    failure: Failure


Command = (
    RecordPayment
    | NoteStockReserved
    | NoteStockRefused
    | CancelPayment
    | RecordChargeSucceeded
    | RecordChargeDeclined
    | RequestRefund
    | RetryRefund
    | RecordRefundSucceeded
    | RecordRefundFailed
)


@dataclass(frozen=True, slots=True)
class NoSuchPayment:
    """Nobody ordered it, or it is only remembered for an order that has not arrived."""


@dataclass(frozen=True, slots=True)
class NoSuchRefund:
    refund_id: UUID


@dataclass(frozen=True, slots=True)
class NothingCaptured:
    """There is no money of the customer's to return."""


@dataclass(frozen=True, slots=True)
class MoreThanLeft:
    """`left` minor units is all that can still be returned."""

    left: int


@dataclass(frozen=True, slots=True)
class RefundNotFailed:
    """Only a failed refund can be retried."""

    status: RefundStatus


@dataclass(frozen=True, slots=True)
class AlreadyRetried:
    """A failed refund is retried once; `retried_as` is the refund that did."""

    retried_as: UUID


Refusal = NoSuchPayment | NoSuchRefund | NothingCaptured | MoreThanLeft | RefundNotFailed | AlreadyRetried
