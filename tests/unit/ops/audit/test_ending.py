"""I1: which orders are at rest, which may still move by themselves, and which are stuck."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from inventory_service.domain.reservation import Reservation, ReservationStatus
from ops.audit.cases import Case
from ops.audit.ending import LONGEST_CALL, LONGEST_WAIT, UnderWay, unfinished
from order_service.domain.lifecycle import OrderStatus, StockStatus
from order_service.domain.lifecycle import PaymentStatus as ShownPayment
from order_service.domain.money import Money
from order_service.domain.order import Order
from payment_service.domain.payment import Payment, PaymentStatus, RefundStatus
from tests.unit.ops.audit.cases import (
    CANCELLED,
    NOW,
    ORDER,
    ORDER_ID,
    PAYMENT,
    RESERVATION,
    case,
    refund,
)

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("rested", [case(), CANCELLED])
def test_nobody_is_named_when_the_order_is_at_rest(rested: Case) -> None:
    assert list(unfinished(rested)) == []


@pytest.mark.parametrize(
    ("order", "payment", "reservation", "problem"),
    [
        (replace(ORDER, status=OrderStatus.PENDING), PAYMENT, RESERVATION, "it is PENDING"),
        (
            ORDER,
            PAYMENT,
            replace(RESERVATION, status=ReservationStatus.RELEASED),
            "it is CONFIRMED and its reservation RELEASED",
        ),
        (
            replace(ORDER, status=OrderStatus.SHIPPED),
            PAYMENT,
            RESERVATION,
            "it is SHIPPED and its reservation RESERVED",
        ),
        (
            ORDER,
            replace(PAYMENT, status=PaymentStatus.PROCESSING),
            RESERVATION,
            "it is CONFIRMED and its payment PROCESSING",
        ),
        (
            ORDER,
            replace(PAYMENT, refunds=(refund(RefundStatus.REQUESTED, 5),)),
            RESERVATION,
            "it is CONFIRMED and a refund of 5 is still requested",
        ),
        (
            replace(ORDER, payment_status=ShownPayment.FAILED),
            PAYMENT,
            RESERVATION,
            "it shows payment FAILED, which is COMPLETED",
        ),
        (
            replace(ORDER, stock_status=StockStatus.PENDING),
            PAYMENT,
            RESERVATION,
            "it shows stock PENDING, which is RESERVED",
        ),
        (
            replace(ORDER, refunded_total=Money(7, "USD")),
            PAYMENT,
            RESERVATION,
            "it shows 7 returned, which is 0",
        ),
    ],
)
def test_order_is_named_when_it_is_not_at_rest(
    order: Order, payment: Payment, reservation: Reservation, problem: str
) -> None:
    [offender] = unfinished(case(order, payment, reservation))
    assert (offender.problem, offender.subject) == (problem, f"order {ORDER_ID}")


def test_nobody_is_named_when_a_refused_refund_is_shown() -> None:
    shown = replace(ORDER, payment_status=ShownPayment.REFUND_FAILED)
    assert not list(unfinished(case(shown, replace(PAYMENT, refunds=(refund(RefundStatus.FAILED),)))))


@pytest.mark.parametrize(
    ("idle", "calls", "busy", "moves"),
    [
        (SECOND, (), False, False),
        (SECOND, (), True, True),
        (LONGEST_WAIT + SECOND, (), True, False),
        (LONGEST_WAIT + SECOND, (ORDER_ID,), False, True),
        (LONGEST_CALL + SECOND, (ORDER_ID,), True, False),
    ],
)
def test_order_may_move_only_while_something_is_on_its_way_to_it(
    idle: timedelta, calls: tuple[UUID, ...], busy: bool, moves: bool
) -> None:
    under_way = UnderWay(NOW + idle, calls, busy)
    assert under_way.reaches(case()) is moves
