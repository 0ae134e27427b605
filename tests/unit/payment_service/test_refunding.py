"""Money back: by staff in parts, after a failure once more by hand, and on its own until nothing is left."""

from datetime import timedelta
from uuid import UUID

import pytest

from payment_service.domain.commands import (
    AlreadyRetried,
    Command,
    MoreThanLeft,
    NoSuchPayment,
    NoSuchRefund,
    NothingCaptured,
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordRefundFailed,
    RecordRefundSucceeded,
    RefundNotFailed,
    RequestRefund,
    RetryRefund,
)
from payment_service.domain.decisions import backoff
from payment_service.domain.events import Failure, RefundFailed, RefundRequested, RefundSucceeded
from payment_service.domain.money import Money
from payment_service.domain.payment import PaymentStatus, RefundStatus
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
REFUSED = Failure("refund_refused", "The refund was refused.")


def refund_id(number: int) -> UUID:
    return derived_id(ORDER_ID, f"by staff {number}")


def automatic_id(number: int) -> UUID:
    return derived_id(ORDER_ID, f"refund:{number}")


def request(number: int, amount: int | None) -> RequestRefund:
    return RequestRefund(ORDER_ID, refund_id(number), amount, "damaged")


def succeeded(refund: UUID) -> RecordRefundSucceeded:
    return RecordRefundSucceeded(ORDER_ID, refund)


def failed(refund: UUID) -> RecordRefundFailed:
    return RecordRefundFailed(ORDER_ID, refund, REFUSED)


def charged() -> Payments:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED)
    return payments


def statuses(payments: Payments) -> list[RefundStatus]:
    return [refund.status for refund in payments.state().refunds]


def test_provider_is_to_be_asked_when_staff_return_a_part() -> None:
    payments = charged()
    assert payments.do(request(1, 1000)) == [
        RefundRequested(
            payment_id=PAYMENT_ID,
            refund_id=refund_id(1),
            amount=Money(1000, "USD"),
            reason="damaged",
            charge_reference="ch_1",
            retry_of=None,
            not_before=NOON,
            at=NOON,
        )
    ]
    assert list(payments.calls) == [f"{PAYMENT_ID}:refund:{refund_id(1)}"]
    assert (payments.state().refund_pending, payments.state().left_to_refund) == (1000, 3498)


def test_payment_stays_completed_when_a_part_is_returned() -> None:
    payments = charged()
    payments.do(request(1, 1000))
    assert payments.do(succeeded(refund_id(1))) == [
        RefundSucceeded(PAYMENT_ID, refund_id(1), Money(1000, "USD"), 1000, 3498, "damaged", NOON)
    ]
    assert payments.state().status is PaymentStatus.COMPLETED
    assert payments.state().refunded_total == 1000
    assert payments.calls == {}


def test_payment_is_refunded_when_everything_is_returned() -> None:
    payments = charged()
    payments.do(request(1, 1000), succeeded(refund_id(1)), request(2, None))
    assert payments.state().refunds[1].amount == Money(3498, "USD")
    payments.do(succeeded(refund_id(2)))
    assert payments.state().status is PaymentStatus.REFUNDED
    assert payments.state().refunded_total == PRICE.amount


def test_money_stays_with_us_when_the_provider_refuses() -> None:
    payments = charged()
    payments.do(request(1, 1000))
    assert payments.do(failed(refund_id(1))) == [
        RefundFailed(PAYMENT_ID, refund_id(1), Money(1000, "USD"), REFUSED, NOON)
    ]
    assert statuses(payments) == [RefundStatus.FAILED]
    assert payments.state().refunds[0].failure == REFUSED
    assert payments.state().left_to_refund == PRICE.amount
    assert payments.calls == {}


def test_nothing_happens_when_a_refund_is_asked_for_or_ended_twice() -> None:
    payments = charged()
    payments.do(request(1, 1000))
    assert payments.do(request(1, 1000)) == []
    payments.do(succeeded(refund_id(1)))
    assert payments.do(succeeded(refund_id(1)), failed(refund_id(1)), request(1, 1000)) == []
    assert payments.do(succeeded(refund_id(9)), failed(refund_id(9))) == []


def test_refund_is_refused_when_nobody_knows_the_payment() -> None:
    payments = Payments()
    payments.do(CANCELLED)
    for command in (request(1, None), RetryRefund(ORDER_ID, refund_id(1), refund_id(2))):
        assert payments.do(command) == []
        assert payments.refusal == NoSuchPayment()


@pytest.mark.parametrize("before", [[], [RESERVED], [RESERVED, DECLINED], [CANCELLED]])
def test_refund_is_refused_when_nothing_was_captured(before: list[Command]) -> None:
    payments = Payments()
    payments.do(placed(), *before)
    assert payments.do(request(1, None)) == []
    assert payments.refusal == NothingCaptured()


def test_refund_is_refused_when_it_is_more_than_is_left() -> None:
    payments = charged()
    payments.do(request(1, 4000))
    assert payments.do(request(2, 499)) == []
    assert payments.refusal == MoreThanLeft(498)
    payments.do(request(3, 498))
    assert payments.do(request(4, None)) == []
    assert payments.refusal == MoreThanLeft(0)


def test_a_new_refund_is_requested_when_a_failed_one_is_retried() -> None:
    payments = charged()
    payments.do(request(1, 1000), failed(refund_id(1)))
    (requested,) = payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(2)))
    assert (requested.refund_id, requested.retry_of) == (refund_id(2), refund_id(1))
    assert (requested.amount, requested.reason) == (Money(1000, "USD"), "damaged")
    assert payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(2))) == []


def test_retry_is_refused_when_it_was_retried_before() -> None:
    payments = charged()
    payments.do(request(1, 1000), failed(refund_id(1)), RetryRefund(ORDER_ID, refund_id(1), refund_id(2)))
    assert payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(3))) == []
    assert payments.refusal == AlreadyRetried(refund_id(2))
    payments.do(failed(refund_id(2)))
    assert payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(3))) == []
    assert payments.refusal == AlreadyRetried(refund_id(2))
    assert payments.do(RetryRefund(ORDER_ID, refund_id(2), refund_id(3))) != []


def test_retry_is_refused_when_the_refund_has_not_failed_or_is_not_there() -> None:
    payments = charged()
    payments.do(request(1, 1000))
    for status, ending in ((RefundStatus.REQUESTED, []), (RefundStatus.SUCCEEDED, [succeeded(refund_id(1))])):
        payments.do(*ending)
        assert payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(2))) == []
        assert payments.refusal == RefundNotFailed(status)
    assert payments.do(RetryRefund(ORDER_ID, refund_id(7), refund_id(8))) == []
    assert payments.refusal == NoSuchRefund(refund_id(7))


def test_retry_is_refused_when_less_is_left_by_then() -> None:
    payments = charged()
    payments.do(request(1, 1000), failed(refund_id(1)), request(2, 4000))
    assert payments.do(RetryRefund(ORDER_ID, refund_id(1), refund_id(3))) == []
    assert payments.refusal == MoreThanLeft(498)


def test_only_the_rest_is_returned_when_the_order_is_cancelled_after_partial_refunds() -> None:
    payments = charged()
    payments.do(request(1, 1000), succeeded(refund_id(1)), request(2, 500))
    _, rest = payments.do(CANCELLED)
    assert rest.amount == Money(2998, "USD")
    payments.do(succeeded(rest.refund_id), succeeded(refund_id(2)))
    assert payments.state().status is PaymentStatus.REFUNDED
    assert payments.state().refunded_total == PRICE.amount


def test_refund_is_requested_again_later_and_later_when_it_fails_for_a_cancelled_order() -> None:
    payments = charged()
    payments.do(CANCELLED)
    delays: list[timedelta] = []
    for number in range(15):
        _, again = payments.do(failed(automatic_id(number)))
        assert (again.refund_id, again.retry_of) == (automatic_id(number + 1), automatic_id(number))
        assert (again.amount, again.at) == (PRICE, payments.now)
        delays.append(again.not_before - payments.now)
        payments.now = again.not_before
    assert delays[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert delays[11:] == [timedelta(seconds=2048), *[timedelta(hours=1)] * 3]
    payments.do(succeeded(automatic_id(15)))
    assert payments.state().status is PaymentStatus.REFUNDED


def test_backoff_stays_an_hour_when_refusals_never_end() -> None:
    assert backoff(1_000_000) == timedelta(hours=1)
