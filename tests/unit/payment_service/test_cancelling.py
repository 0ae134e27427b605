"""Cancelled at any moment: what has not begun ends, what was taken is returned, what was heard too early is kept."""

import pytest

from payment_service.domain.commands import (
    CancelPayment,
    Command,
    NoteStockRefused,
    RecordChargeDeclined,
    RecordChargeSucceeded,
)
from payment_service.domain.events import (
    CancellationRequested,
    ChargeRequested,
    Failure,
    PaymentCancelled,
    PaymentFailed,
    PaymentInitiated,
    PaymentProcessed,
    RefundRequested,
    StockRefusalHeard,
    StockReservationHeard,
)
from payment_service.domain.money import Money
from payment_service.domain.payment import PaymentStatus
from shared.eventsourcing.ids import derived_id
from tests.unit.payment_service.memory import (
    CANCELLED,
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    PRICE,
    RESERVED,
    Payments,
    placed,
)

CHARGED = RecordChargeSucceeded(ORDER_ID, "ch_1")
DECLINED = RecordChargeDeclined(ORDER_ID, Failure("card_declined", "The card was declined."))
REFUSED = NoteStockRefused(ORDER_ID)
FULL_REFUND = RefundRequested(
    payment_id=PAYMENT_ID,
    refund_id=derived_id(ORDER_ID, "refund:0"),
    amount=PRICE,
    reason="order_cancelled",
    charge_reference="ch_1",
    retry_of=None,
    not_before=NOON,
    at=NOON,
)


def test_payment_ends_at_once_when_cancelled_before_it_began() -> None:
    payments = Payments()
    payments.do(placed())
    assert payments.do(CANCELLED) == [
        CancellationRequested("customer_request"),
        PaymentCancelled(PAYMENT_ID, "customer_request"),
    ]
    assert payments.state().status is PaymentStatus.CANCELLED
    assert payments.do(RESERVED) == []


def test_payment_stays_processing_when_cancelled_while_the_provider_is_asked() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    assert payments.do(CANCELLED) == [CancellationRequested("customer_request")]
    assert payments.state().status is PaymentStatus.PROCESSING


def test_everything_is_to_be_returned_when_a_cancelled_charge_succeeds() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CANCELLED)
    assert payments.do(CHARGED) == [PaymentProcessed(PAYMENT_ID, PRICE, "ch_1"), FULL_REFUND]
    assert payments.state().status is PaymentStatus.COMPLETED
    assert payments.state().refund_pending == PRICE.amount


def test_payment_is_cancelled_when_a_cancelled_charge_is_declined() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CANCELLED)
    assert payments.do(DECLINED) == [PaymentCancelled(PAYMENT_ID, "customer_request", DECLINED.failure)]
    assert payments.state().status is PaymentStatus.CANCELLED
    assert payments.state().failure == DECLINED.failure
    assert payments.calls == {}


def test_everything_is_to_be_returned_when_cancelled_after_the_charge() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED)
    assert payments.do(CANCELLED) == [CancellationRequested("customer_request"), FULL_REFUND]


@pytest.mark.parametrize("ended", [[REFUSED], [RESERVED, DECLINED]])
def test_only_the_cancellation_is_noted_when_the_payment_has_ended(ended: list[Command]) -> None:
    payments = Payments()
    payments.do(placed(), *ended)
    status = payments.state().status
    assert payments.do(CANCELLED) == [CancellationRequested("customer_request")]
    assert payments.state().cancel_requested
    assert payments.state().status is status


@pytest.mark.parametrize("before", [[], [placed()], [placed(), RESERVED], [placed(), RESERVED, CHARGED]])
def test_nothing_happens_when_cancelled_again(before: list[Command]) -> None:
    payments = Payments()
    payments.do(*before, CANCELLED)
    assert payments.do(CANCELLED, CancelPayment(ORDER_ID, "expired")) == []


def test_nothing_is_to_be_returned_when_a_free_order_is_cancelled() -> None:
    payments = Payments()
    payments.do(placed(price=Money(0, "USD")), RESERVED, CHARGED)
    assert payments.do(CANCELLED) == [CancellationRequested("customer_request")]


INITIATED = PaymentInitiated(PAYMENT_ID, ORDER_ID, "c-1", PRICE, "pm_card_visa")


@pytest.mark.parametrize(
    ("heard", "remembered", "then"),
    [
        (RESERVED, StockReservationHeard(), ChargeRequested(PAYMENT_ID, PRICE, "pm_card_visa")),
        (REFUSED, StockRefusalHeard(), PaymentCancelled(PAYMENT_ID, "out_of_stock")),
        (
            CANCELLED,
            CancellationRequested("customer_request"),
            PaymentCancelled(PAYMENT_ID, "customer_request"),
        ),
    ],
)
def test_what_was_heard_too_early_takes_effect_when_the_order_arrives(
    heard: Command, remembered: object, then: object
) -> None:
    payments = Payments()
    assert payments.do(heard) == [remembered]
    assert payments.do(heard) == []
    assert payments.state().status is None
    assert payments.do(placed()) == [INITIATED, then]


@pytest.mark.parametrize("first", [RESERVED, REFUSED])
def test_cancellation_wins_when_more_was_heard_before_the_order(first: Command) -> None:
    for early in ([first, CANCELLED], [CANCELLED, first]):
        payments = Payments()
        payments.do(*early)
        assert payments.do(placed()) == [INITIATED, PaymentCancelled(PAYMENT_ID, "customer_request")]


def test_failure_stays_when_the_cancellation_comes_after_it() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    assert payments.do(DECLINED) == [PaymentFailed(PAYMENT_ID, PRICE, DECLINED.failure)]
    payments.do(CANCELLED)
    assert payments.state().status is PaymentStatus.FAILED
