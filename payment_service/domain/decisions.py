"""What follows from what: the payment's part in the saga, right for any order of arrival and any number of repeats."""

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from payment_service.domain.commands import (
    AlreadyRetried,
    CancelPayment,
    Command,
    MoreThanLeft,
    NoSuchPayment,
    NoSuchRefund,
    NoteStockRefused,
    NoteStockReserved,
    NothingCaptured,
    Occasion,
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordPayment,
    RecordRefundFailed,
    RecordRefundSucceeded,
    RefundNotFailed,
    Refusal,
    RequestRefund,
    RetryRefund,
)
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
from payment_service.domain.payment import (
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    StockAnswer,
    Terms,
    evolve,
)

OUT_OF_STOCK = "out_of_stock"
ORDER_CANCELLED = "order_cancelled"
LONGEST_BACKOFF = timedelta(hours=1)


def decide(state: Payment, command: Command, occasion: Occasion) -> Sequence[Event] | Refusal:
    """The events that follow, none for a repeat, or why not."""
    match command:
        case RecordPayment():
            return _record(state, command)
        case NoteStockReserved():
            return _note_reserved(state)
        case NoteStockRefused():
            return _note_refused(state)
        case RecordChargeSucceeded(reference=reference):
            return _charged(state, reference, occasion)
        case RecordChargeDeclined(failure=failure):
            return _declined(state, failure)
        case CancelPayment(reason=reason):
            return _cancel(state, reason, occasion)
        case RequestRefund():
            return _request_refund(state, command, occasion)
        case RetryRefund():
            return _retry_refund(state, command, occasion)
        case RecordRefundSucceeded(refund_id=refund_id):
            return _refunded(state, refund_id, occasion)
        case RecordRefundFailed(refund_id=refund_id, failure=failure):
            return _refund_failed(state, refund_id, failure, occasion)
        case _:
            assert_never(command)


def _record(state: Payment, command: RecordPayment) -> Sequence[Event]:
    """The order arrives, perhaps after what was already heard about it."""
    if state.terms is not None:
        return []
    payment_id, price, method = command.payment_id, command.price, command.method
    initiated = PaymentInitiated(payment_id, command.order_id, command.customer_id, price, method)
    match state:
        case Payment(cancel_reason=str(reason)):
            return [initiated, PaymentCancelled(payment_id, reason)]
        case Payment(stock=StockAnswer.REFUSED):
            return [initiated, PaymentCancelled(payment_id, OUT_OF_STOCK)]
        case Payment(stock=StockAnswer.RESERVED):
            return [initiated, ChargeRequested(payment_id, price, method)]
        case _:
            return [initiated]


def _note_reserved(state: Payment) -> Sequence[Event]:
    match state:
        case Payment(terms=None, stock=None):
            return [StockReservationHeard()]
        case Payment(status=PaymentStatus.PENDING, terms=Terms() as terms):
            return [ChargeRequested(terms.payment_id, terms.price, terms.method)]
        case _:
            return []


def _note_refused(state: Payment) -> Sequence[Event]:
    match state:
        case Payment(terms=None, stock=None):
            return [StockRefusalHeard()]
        case Payment(status=PaymentStatus.PENDING, terms=Terms() as terms):
            return [PaymentCancelled(terms.payment_id, OUT_OF_STOCK)]
        case _:
            return []


def _charged(state: Payment, reference: str, occasion: Occasion) -> Sequence[Event]:
    match state:
        case Payment(status=PaymentStatus.PROCESSING, terms=Terms() as terms):
            processed = PaymentProcessed(terms.payment_id, terms.price, reference)
            return _then_return_the_rest(state, processed, occasion)
        case _:
            return []


def _declined(state: Payment, failure: Failure) -> Sequence[Event]:
    match state:
        case Payment(status=PaymentStatus.PROCESSING, terms=Terms() as terms, cancel_reason=str(reason)):
            return [PaymentCancelled(terms.payment_id, reason, failure)]
        case Payment(status=PaymentStatus.PROCESSING, terms=Terms() as terms):
            return [PaymentFailed(terms.payment_id, terms.price, failure)]
        case _:
            return []


def _cancel(state: Payment, reason: str, occasion: Occasion) -> Sequence[Event]:
    """Ends what has not begun; what is being charged stays so until the provider has answered."""
    match state:
        case Payment(cancel_reason=str()):
            return []
        case Payment(status=PaymentStatus.PENDING, terms=Terms() as terms):
            return [CancellationRequested(reason), PaymentCancelled(terms.payment_id, reason)]
        case _:
            return _then_return_the_rest(state, CancellationRequested(reason), occasion)


def _request_refund(state: Payment, command: RequestRefund, occasion: Occasion) -> Sequence[Event] | Refusal:
    if state.terms is None:
        return NoSuchPayment()
    if state.refund(command.refund_id) is not None:
        return []
    if state.captured == 0:
        return NothingCaptured()
    amount = state.left_to_refund if command.amount is None else command.amount
    if amount == 0 or amount > state.left_to_refund:
        return MoreThanLeft(state.left_to_refund)
    return [_refund_request(state, command.refund_id, amount, command.reason, occasion)]


def _retry_refund(state: Payment, command: RetryRefund, occasion: Occasion) -> Sequence[Event] | Refusal:
    if state.terms is None:
        return NoSuchPayment()
    if state.refund(command.new_refund_id) is not None:
        return []
    failed = state.refund(command.refund_id)
    if failed is None:
        return NoSuchRefund(command.refund_id)
    if failed.status is not RefundStatus.FAILED:
        return RefundNotFailed(failed.status)
    if retry := state.retry_of(failed.refund_id):
        return AlreadyRetried(retry.refund_id)
    amount = failed.amount.amount
    if amount > state.left_to_refund:
        return MoreThanLeft(state.left_to_refund)
    refund_id, retry_of = command.new_refund_id, failed.refund_id
    return [_refund_request(state, refund_id, amount, failed.reason, occasion, retry_of=retry_of)]


def _refunded(state: Payment, refund_id: UUID, occasion: Occasion) -> Sequence[Event]:
    match (state.terms, state.refund(refund_id)):
        case (Terms() as terms, Refund(status=RefundStatus.REQUESTED) as refund):
            refunded_total = state.refunded_total + refund.amount.amount
            succeeded = RefundSucceeded(
                payment_id=terms.payment_id,
                refund_id=refund_id,
                amount=refund.amount,
                refunded_total=refunded_total,
                remaining=state.captured - refunded_total,
                reason=refund.reason,
                at=occasion.now,
            )
            return _then_return_the_rest(state, succeeded, occasion)
        case _:
            return []


def _refund_failed(state: Payment, refund_id: UUID, failure: Failure, occasion: Occasion) -> Sequence[Event]:
    match (state.terms, state.refund(refund_id)):
        case (Terms() as terms, Refund(status=RefundStatus.REQUESTED) as refund):
            failed = RefundFailed(terms.payment_id, refund_id, refund.amount, failure, at=occasion.now)
            return _then_return_the_rest(state, failed, occasion)
        case _:
            return []


def _then_return_the_rest(state: Payment, event: Event, occasion: Occasion) -> Sequence[Event]:
    """The event and, when the order is cancelled, the request to return all that is left after it: without end."""
    after = evolve(state, event)
    if not after.cancel_requested or after.left_to_refund == 0:
        return [event]
    retry_of = event.refund_id if isinstance(event, RefundFailed) else None
    delay = backoff(after.refunds_failed)
    amount = after.left_to_refund
    return [
        event,
        _refund_request(
            after, occasion.next_refund_id, amount, ORDER_CANCELLED, occasion, retry_of=retry_of, delay=delay
        ),
    ]


def backoff(refunds_failed: int) -> timedelta:
    """How long the provider is left alone after that many refusals: none, then 1 s doubling up to an hour."""
    if refunds_failed == 0:
        return timedelta()
    return min(timedelta(seconds=2 ** min(refunds_failed - 1, 12)), LONGEST_BACKOFF)


def _refund_request(
    state: Payment,
    refund_id: UUID,
    amount: int,
    reason: str,
    occasion: Occasion,
    *,
    retry_of: UUID | None = None,
    delay: timedelta = timedelta(),
) -> RefundRequested:
    """Only for a payment with money left to return."""
    assert state.terms is not None
    assert state.provider_reference is not None
    return RefundRequested(
        payment_id=state.terms.payment_id,
        refund_id=refund_id,
        amount=Money(amount, state.terms.price.currency),
        reason=reason,
        charge_reference=state.provider_reference,
        retry_of=retry_of,
        not_before=occasion.now + delay,
        at=occasion.now,
    )
