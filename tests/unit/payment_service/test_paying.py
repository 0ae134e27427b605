"""The happy path and its failures: recorded, charged, taken or declined."""

import pytest

from payment_service.domain.commands import (
    Command,
    NoteStockRefused,
    RecordChargeDeclined,
    RecordChargeSucceeded,
)
from payment_service.domain.events import (
    ChargeRequested,
    Failure,
    PaymentCancelled,
    PaymentFailed,
    PaymentInitiated,
    PaymentProcessed,
)
from payment_service.domain.money import Money
from payment_service.domain.payment import NOTHING_YET, PaymentStatus
from tests.unit.payment_service.memory import ORDER_ID, PAYMENT_ID, PRICE, RESERVED, Payments, placed

CHARGED = RecordChargeSucceeded(ORDER_ID, "ch_1")
DECLINED = RecordChargeDeclined(ORDER_ID, Failure("card_declined", "The card was declined."))
REFUSED = NoteStockRefused(ORDER_ID)


def test_payment_is_pending_when_order_is_placed() -> None:
    payments = Payments()
    assert payments.do(placed()) == [PaymentInitiated(PAYMENT_ID, ORDER_ID, "c-1", PRICE, "pm_card_visa")]
    assert payments.state().status is PaymentStatus.PENDING
    assert payments.calls == {}


def test_provider_is_to_be_asked_when_stock_is_reserved() -> None:
    payments = Payments()
    payments.do(placed())
    assert payments.do(RESERVED) == [ChargeRequested(PAYMENT_ID, PRICE, "pm_card_visa")]
    assert payments.state().status is PaymentStatus.PROCESSING
    assert list(payments.calls) == [f"{PAYMENT_ID}:charge"]


def test_payment_is_completed_when_provider_takes_the_money() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    assert payments.do(CHARGED) == [PaymentProcessed(PAYMENT_ID, PRICE, "ch_1")]
    state = payments.state()
    assert (state.status, state.captured, state.provider_reference) == (PaymentStatus.COMPLETED, 4498, "ch_1")
    assert payments.calls == {}


def test_payment_fails_when_provider_declines() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    assert payments.do(DECLINED) == [PaymentFailed(PAYMENT_ID, PRICE, DECLINED.failure)]
    state = payments.state()
    assert (state.status, state.captured, state.failure) == (PaymentStatus.FAILED, 0, DECLINED.failure)
    assert payments.calls == {}


def test_payment_is_cancelled_when_stock_is_refused() -> None:
    payments = Payments()
    payments.do(placed())
    assert payments.do(REFUSED) == [PaymentCancelled(PAYMENT_ID, "out_of_stock")]
    assert payments.state().status is PaymentStatus.CANCELLED


@pytest.mark.parametrize("before", [[], [RESERVED], [RESERVED, CHARGED], [RESERVED, DECLINED], [REFUSED]])
def test_nothing_happens_when_order_is_placed_again(before: list[Command]) -> None:
    payments = Payments()
    payments.do(placed(), *before)
    assert payments.do(placed(), *before) == []


def test_nothing_happens_when_an_outcome_is_recorded_that_nobody_asked_for() -> None:
    payments = Payments()
    assert payments.do(CHARGED, DECLINED) == []
    assert payments.state() == NOTHING_YET
    payments.do(placed())
    assert payments.do(CHARGED, DECLINED) == []


def test_first_outcome_stays_when_another_one_is_recorded() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED)
    assert payments.do(DECLINED, RecordChargeSucceeded(ORDER_ID, "ch_2")) == []


def test_nothing_is_returned_when_a_free_order_is_completed() -> None:
    payments = Payments()
    payments.do(placed(price=Money(0, "USD")), RESERVED, CHARGED)
    assert payments.state().status is PaymentStatus.COMPLETED
    assert payments.state().left_to_refund == 0
