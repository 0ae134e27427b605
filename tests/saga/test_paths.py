"""The happy path, and every way back from where it stopped."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from inventory_service.domain.product import AdjustStock, ChangeProduct
from inventory_service.domain.reservation import ReservationStatus
from order_service.domain.commands import DeliverOrder, ShipOrder, StartProcessing
from order_service.domain.lifecycle import (
    CancelReason,
    FailureReason,
    OrderStatus,
    PaymentStatus,
    StockStatus,
)
from payment_service.domain.commands import RecordRefundFailed
from payment_service.domain.events import Failure
from payment_service.domain.payment import PaymentStatus as PaymentState
from payment_service.provider_calls import RefundCall
from tests.saga.audit import audit
from tests.saga.machinery import EXPIRY
from tests.saga.shop import Shop

TOTAL = 2 * 1999


def test_confirmed_and_told_in_the_order_of_the_story_when_nothing_goes_wrong(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()

    assert shop.told(order_id) == [
        "order.created",
        "payment.initiated",
        "inventory.reserved",
        "payment.processed",
        "order.confirmed",
    ]
    order = shop.order(order_id)
    assert (order.payment_status, order.stock_status) == (PaymentStatus.COMPLETED, StockStatus.RESERVED)
    assert shop.level("MUG") == (5, 2)
    assert shop.provider.kept() == TOTAL
    assert audit(shop) == []


def test_every_event_about_an_order_names_the_order_its_customer_and_its_cause(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.cancel(order_id)
    shop.settle()

    story = [heard for heard in shop.published() if heard.subject == str(order_id)]
    assert {(heard.correlation_id, heard.customer_id) for heard in story} == {(order_id, "customer-1")}
    causes = {heard.type: heard.causation_id for heard in story}
    ids = {heard.type: heard.id for heard in story}
    assert causes["inventory.reserved"] == ids["order.created"]
    assert causes["order.confirmed"] == ids["payment.processed"]
    assert causes["inventory.released"] == ids["order.cancelled"]


def test_units_leave_the_shelf_when_the_order_ships_and_nothing_more_when_it_is_delivered(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.steer(StartProcessing(order_id))
    shop.settle()
    assert shop.level("MUG") == (5, 2)

    shop.steer(ShipOrder(order_id))
    shop.settle()
    assert shop.order(order_id).stock_status is StockStatus.FULFILLED
    assert shop.level("MUG") == (3, 0)

    shop.steer(DeliverOrder(order_id))
    shop.settle()
    assert shop.order(order_id).status is OrderStatus.DELIVERED
    assert shop.reservation(order_id).status is ReservationStatus.FULFILLED
    assert shop.level("MUG") == (3, 0)
    assert shop.provider.kept() == TOTAL
    assert audit(shop) == []


@pytest.mark.parametrize(
    "method",
    [
        "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedInsufficientFunds",
        "pm_card_chargeDeclinedExpiredCard",
        "pm_unheard_of",
    ],
)
def test_failed_and_stock_given_back_when_the_payment_is_declined(shop: Shop, method: str) -> None:
    order_id = shop.place(("MUG", 2), method=method)
    shop.settle()

    order = shop.order(order_id)
    assert (order.status, order.reason) == (OrderStatus.FAILED, FailureReason.PAYMENT_DECLINED)
    assert (order.payment_status, order.stock_status) == (PaymentStatus.FAILED, StockStatus.RELEASED)
    assert shop.told(order_id).count("inventory.released") == 1
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def test_failed_and_payment_cancelled_when_one_line_is_out_of_stock(shop: Shop) -> None:
    shop.stock("TEA", 1)
    order_id = shop.place(("MUG", 2), ("TEA", 2))
    shop.settle()

    order = shop.order(order_id)
    assert (order.status, order.reason) == (OrderStatus.FAILED, FailureReason.OUT_OF_STOCK)
    assert order.note == "TEA: 2 wanted, 1 available"
    assert (order.payment_status, order.stock_status) == (PaymentStatus.CANCELLED, StockStatus.REJECTED)
    assert shop.level("MUG") == (5, 0)
    assert list(shop.provider.books) == []
    assert audit(shop) == []


def test_everything_is_undone_whatever_step_the_cancel_falls_on() -> None:
    """One run per step of the happy path: the order is cancelled right before it."""
    steps = 0
    while cancelled_before_step(steps):
        steps += 1
    assert steps >= 12


def cancelled_before_step(number: int) -> bool:
    """False when the story ends before that step."""
    shop = Shop()
    shop.stock("MUG", 5)
    order_id = shop.place(("MUG", 2))
    for _ in range(number):
        if not (steps := shop.steps()):
            return False
        steps[0].take()
    shop.cancel(order_id, CancelReason.STAFF_REQUEST)
    shop.settle()

    order = shop.order(order_id)
    assert (order.status, order.reason) == (OrderStatus.CANCELLED, CancelReason.STAFF_REQUEST)
    assert shop.level("MUG") == (5, 0)
    assert shop.provider.kept() == 0
    assert audit(shop) == []
    return True


@pytest.mark.parametrize("number", range(1, 8))
def test_everything_is_undone_whatever_step_the_expiry_falls_on(shop: Shop, number: int) -> None:
    order_id = shop.place(("MUG", 2))
    for _ in range(number):
        shop.steps()[0].take()
    shop.clock.advance(EXPIRY)
    assert shop.expire() == 1
    shop.settle()

    assert shop.order(order_id).reason is CancelReason.EXPIRED
    assert shop.level("MUG") == (5, 0)
    assert shop.provider.kept() == 0
    assert audit(shop) == []


def told_cancelled_first(shop: Shop) -> UUID:
    order_id = shop.place(("MUG", 2))
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "order.cancelled")
    shop.hear("inventory", "order.cancelled")
    return order_id


def told_refused_first(shop: Shop) -> UUID:
    order_id = shop.place(("MUG", 6))
    shop.relay()
    shop.hear("inventory")
    shop.relay()
    shop.hear("payment", "inventory.reservation_failed")
    return order_id


def told_reserved_then_cancelled_first(shop: Shop) -> UUID:
    order_id = shop.place(("MUG", 2))
    shop.relay()
    shop.hear("inventory")
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "inventory.reserved")
    shop.hear("payment", "order.cancelled")
    return order_id


def told_refused_and_cancelled_first(shop: Shop) -> UUID:
    order_id = shop.place(("MUG", 6))
    shop.cancel(order_id)
    shop.relay()
    shop.hear("inventory", "order.created")
    shop.relay()
    shop.hear("payment", "order.cancelled")
    shop.hear("payment", "inventory.reservation_failed")
    return order_id


@pytest.mark.parametrize(
    "told_first",
    [
        told_cancelled_first,
        told_refused_first,
        told_reserved_then_cancelled_first,
        told_refused_and_cancelled_first,
    ],
)
def test_no_money_ever_moves_when_the_payment_service_hears_of_the_end_before_the_order(
    shop: Shop, told_first: Callable[[Shop], UUID]
) -> None:
    order_id = told_first(shop)
    assert shop.payment(order_id).status is None
    shop.settle()

    assert shop.payment(order_id).status is PaymentState.CANCELLED
    assert shop.told(order_id).count("payment.initiated") == 1
    assert shop.told(order_id).count("payment.cancelled") == 1
    assert list(shop.provider.books) == []
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def test_refunded_in_full_when_a_confirmed_order_is_cancelled_after_a_partial_refund(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.refund(order_id, 1000)
    shop.settle()
    assert shop.order(order_id).payment_status is PaymentStatus.COMPLETED

    shop.cancel(order_id)
    shop.settle()
    order = shop.order(order_id)
    assert (order.payment_status, order.refunded_total.amount) == (PaymentStatus.REFUNDED, TOTAL)
    assert shop.told(order_id).count("payment.refunded") == 2
    assert audit(shop) == []


def test_asked_again_ever_later_and_without_end_when_the_provider_refuses_what_a_cancel_must_return(
    shop: Shop,
) -> None:
    """1 s, 2 s, 4 s ... an hour at most; each time under a new key, since a refusal is for good."""
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment")

    pauses: list[timedelta] = []
    keys: set[str] = set()
    for _ in range(15):
        [call] = shop.till.due()
        assert isinstance(call, RefundCall)
        keys.add(call.key)
        refused = RecordRefundFailed(order_id, call.refund_id, Failure("refused", "Not now."))
        shop.payments.handle(shop.till.submission(call, refused))
        due_at = shop.till.next_due_at()
        assert due_at is not None
        pauses.append(due_at - shop.clock.now)
        shop.wait_for_the_provider()

    assert len(keys) == 15
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert pauses[-2:] == [timedelta(hours=1)] * 2
    shop.settle()
    assert shop.payment(order_id).refunded_total == TOTAL
    assert shop.order(order_id).payment_status is PaymentStatus.REFUNDED
    assert audit(shop) == []


def test_refund_shown_as_failed_until_it_is_retried_when_the_provider_refuses_it(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2), method="pm_test_refund_fails")
    shop.settle()
    failed = shop.refund(order_id, 1000).events[0].event.refund_id
    shop.settle()
    assert shop.order(order_id).payment_status is PaymentStatus.REFUND_FAILED
    assert audit(shop) == []

    shop.retry_refund(order_id, failed)
    shop.settle()
    order = shop.order(order_id)
    assert (order.payment_status, order.refunded_total.amount) == (PaymentStatus.COMPLETED, 1000)
    assert audit(shop) == []


def test_low_stock_is_told_once_per_crossing_however_the_units_go(shop: Shop) -> None:
    """Reserving, adjusting and a higher threshold can each be the crossing; coming back up arms it again."""
    shop.stock("TEA", 10, threshold=5)

    shop.place(("TEA", 5))
    shop.settle()
    assert warnings(shop) == []
    crossing = shop.place(("TEA", 1))
    shop.place(("TEA", 1))
    shop.settle()
    assert warnings(shop) == [(4, 5)]

    shop.ship(crossing)
    shop.settle()
    assert warnings(shop) == [(4, 5)]
    shop.manage(AdjustStock("TEA", 10, "received"))
    shop.manage(AdjustStock("TEA", -9, "breakage"))
    shop.settle()
    assert warnings(shop) == [(4, 5), (4, 5)]

    shop.manage(AdjustStock("TEA", 10, "received"))
    shop.manage(ChangeProduct("TEA", low_stock_threshold=20))
    shop.settle()
    assert warnings(shop) == [(4, 5), (4, 5), (14, 20)]
    assert audit(shop) == []


def warnings(shop: Shop) -> list[tuple[int, int]]:
    """Units available and the threshold of every warning told."""
    told = [heard.data for heard in shop.published() if heard.type == "inventory.low_stock"]
    return [(low.available, low.threshold) for low in told]
