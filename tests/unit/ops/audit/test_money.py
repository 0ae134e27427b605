"""I3: what was taken and returned fits how the order ended."""

from dataclasses import replace

import pytest

from ops.audit.cases import Case
from ops.audit.money import wrong_money
from order_service.domain.lifecycle import OrderStatus
from order_service.domain.money import Money
from payment_service.domain.payment import RefundStatus
from tests.unit.ops.audit.cases import CANCELLED, ORDER, PAYMENT, REFUND_ID, case, refund

PARTLY_RETURNED = case(payment=replace(PAYMENT, refunds=(refund(RefundStatus.SUCCEEDED, 300),)))


def problems(of: Case) -> list[str]:
    return [offender.problem for offender in wrong_money(of)]


@pytest.mark.parametrize(
    "right",
    [case(), CANCELLED, PARTLY_RETURNED, case(replace(ORDER, status=OrderStatus.PENDING))],
)
def test_nobody_is_named_when_the_money_is_right(right: Case) -> None:
    assert problems(right) == []


def test_order_is_named_when_it_was_kept_and_not_all_was_taken() -> None:
    assert problems(case(payment=replace(PAYMENT, captured=1999))) == [
        "it is CONFIRMED over 2000, and 1999 was taken"
    ]


def test_order_is_named_when_it_was_kept_and_money_was_returned_unasked() -> None:
    unasked = replace(PARTLY_RETURNED, automatic=frozenset({str(REFUND_ID)}))
    assert problems(unasked) == ["it is CONFIRMED, and 300 was returned though nobody asked for that"]


def test_order_is_named_when_it_was_cancelled_and_the_money_was_kept() -> None:
    kept = replace(CANCELLED, payment=replace(CANCELLED.payment, state=PAYMENT))
    assert problems(kept) == ["it is CANCELLED: 2000 was taken, 0 returned"]


def test_order_is_named_when_more_was_returned_than_taken() -> None:
    twice = (refund(RefundStatus.SUCCEEDED), refund(RefundStatus.REQUESTED, 1))
    assert problems(case(payment=replace(PAYMENT, refunds=twice))) == [
        "2000 was taken, and 2001 is to be returned"
    ]


def test_order_is_named_when_its_total_is_not_that_of_its_lines() -> None:
    wrong = case(replace(ORDER, total=Money(2001, "USD")))
    assert "its total is 2001, its lines come to 2000" in problems(wrong)
    assert "it costs 2001 USD, its payment is over 2000 USD" in problems(wrong)
