"""Confirmation, failure and compensation: what the other services say decides, in any order."""

import pytest

from order_service.domain.commands import (
    CancelOrder,
    ExpireOrder,
    Note,
    NotePaymentCancelled,
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteRefundFailed,
    NoteStockRefused,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.decisions import OrderMissing
from order_service.domain.events import (
    OrderConfirmed,
    OrderFailed,
    PaymentDeclined,
    PaymentReceived,
    StockRefused,
    StockSecured,
)
from order_service.domain.lifecycle import (
    CancelReason,
    FailureReason,
    OrderStatus,
    PaymentStatus,
    StockStatus,
)
from order_service.domain.money import Money
from order_service.domain.order import Order
from tests.unit.order_service.stories import (
    CONFIRMED,
    EXPIRES_AT,
    ORDER_ID,
    PLACE,
    RESERVED,
    SHIPPED,
    TAKEN,
    given,
    when,
)

DECLINED = NotePaymentFailed(ORDER_ID, 3, "Your card was declined.")
REFUSED = NoteStockRefused(ORDER_ID, 1, "MUG-1: 2 wanted, 0 available")
RELEASED = NoteStockReleased(ORDER_ID, 2)
CANCEL = CancelOrder(ORDER_ID, CancelReason.CUSTOMER_REQUEST)
EXPIRE = ExpireOrder(ORDER_ID, EXPIRES_AT)


def refunded(version: int, total: int, remaining: int) -> NotePaymentRefunded:
    return NotePaymentRefunded(ORDER_ID, version, Money(total, "USD"), Money(remaining, "USD"))


def test_order_stays_pending_when_only_the_stock_is_there() -> None:
    assert when(given(PLACE), RESERVED) == [StockSecured(1)]
    assert given(PLACE, RESERVED).status is OrderStatus.PENDING


def test_order_is_confirmed_when_the_payment_follows_the_stock() -> None:
    order = given(PLACE, RESERVED)
    assert when(order, TAKEN) == [PaymentReceived(3), OrderConfirmed(order.lines, Money(4498, "USD"))]


def test_order_is_confirmed_when_the_payment_is_heard_before_the_stock() -> None:
    """Race 5."""
    order = given(PLACE, TAKEN)
    assert order.status is OrderStatus.PENDING
    assert when(order, RESERVED) == [StockSecured(1), OrderConfirmed(order.lines, Money(4498, "USD"))]


def test_order_fails_when_the_payment_is_declined() -> None:
    assert when(given(PLACE, RESERVED), DECLINED) == [
        PaymentDeclined(3),
        OrderFailed(FailureReason.PAYMENT_DECLINED, "Your card was declined."),
    ]


def test_order_fails_when_the_stock_is_refused() -> None:
    assert when(given(PLACE), REFUSED) == [
        StockRefused(1),
        OrderFailed(FailureReason.OUT_OF_STOCK, "MUG-1: 2 wanted, 0 available"),
    ]


def test_reason_and_words_are_kept_when_the_order_fails() -> None:
    order = given(PLACE, RESERVED, DECLINED, RELEASED)

    assert order.reason is FailureReason.PAYMENT_DECLINED
    assert order.note == "Your card was declined."
    assert order.payment_status is PaymentStatus.FAILED
    assert order.stock_status is StockStatus.RELEASED


@pytest.mark.parametrize("note", [RESERVED, TAKEN, DECLINED, REFUSED, RELEASED])
def test_order_stays_cancelled_when_news_of_what_it_had_asked_for_arrives(note: Note) -> None:
    """Races 6 and 7, as far as the order is concerned."""
    for end in (CANCEL, EXPIRE):
        assert given(PLACE, end, note).status is OrderStatus.CANCELLED


def test_order_stays_cancelled_when_stock_and_money_arrive_after_its_expiry() -> None:
    """Race 7: the payment service refunds it; the order only shows so."""
    order = given(PLACE, EXPIRE, RESERVED, TAKEN, refunded(6, 4498, 0))

    assert order.status is OrderStatus.CANCELLED
    assert order.reason is CancelReason.EXPIRED
    assert order.payment_status is PaymentStatus.REFUNDED
    assert order.refunded_total == Money(4498, "USD")


def test_order_is_never_confirmed_when_the_release_is_heard_before_the_reservation() -> None:
    """Race 12."""
    order = given(PLACE, RELEASED, TAKEN)
    assert when(order, RESERVED) == []
    assert given(PLACE, RELEASED, RESERVED, TAKEN).status is OrderStatus.PENDING


def test_order_still_fails_when_the_release_is_heard_before_the_decline_that_caused_it() -> None:
    order = given(PLACE, RESERVED, RELEASED, DECLINED)
    assert order.status is OrderStatus.FAILED
    assert order.stock_status is StockStatus.RELEASED


def test_payment_is_taken_when_news_of_its_refund_is_heard_first() -> None:
    """A partial refund by staff overtakes `payment.processed`: the older event decides, the newer is shown."""
    order = given(PLACE, refunded(5, 500, 3998), RESERVED, TAKEN)

    assert order.status is OrderStatus.CONFIRMED
    assert order.payment_status is PaymentStatus.COMPLETED
    assert order.refunded_total == Money(500, "USD")


@pytest.mark.parametrize("note", [RESERVED, TAKEN, DECLINED, REFUSED, RELEASED, refunded(5, 1, 2)])
def test_news_of_an_order_that_is_lost_is_not_swallowed(note: Note) -> None:
    """After a failover to a server that lacks the newest orders, whose customers may have been charged."""
    with pytest.raises(OrderMissing):
        when(Order(), note)


@pytest.mark.parametrize("note", [RESERVED, TAKEN])
def test_nothing_happens_when_the_same_is_heard_again(note: Note) -> None:
    """Race 1."""
    for story in (CONFIRMED, SHIPPED, (PLACE, RESERVED, TAKEN, CANCEL)):
        assert when(given(*story), note) == []


# What is shown of the payment and the stock.


def test_refund_is_shown_when_part_of_the_money_went_back() -> None:
    order = given(*CONFIRMED, refunded(5, 500, 3998))
    assert (order.payment_status, order.refunded_total) == (PaymentStatus.COMPLETED, Money(500, "USD"))


def test_refund_is_shown_when_all_of_the_money_went_back() -> None:
    order = given(*CONFIRMED, refunded(5, 500, 3998), refunded(7, 4498, 0))
    assert (order.payment_status, order.refunded_total) == (PaymentStatus.REFUNDED, Money(4498, "USD"))


def test_refused_refund_is_shown_until_one_succeeds() -> None:
    refused = NoteRefundFailed(ORDER_ID, 5)
    assert given(*CONFIRMED, CANCEL, refused).payment_status is PaymentStatus.REFUND_FAILED
    assert given(*CONFIRMED, CANCEL, refused, refunded(7, 4498, 0)).payment_status is PaymentStatus.REFUNDED


def test_newer_stays_shown_when_something_older_arrives_late() -> None:
    """Race 26."""
    order = given(*CONFIRMED, CANCEL, refunded(7, 4498, 0), NoteRefundFailed(ORDER_ID, 5), RELEASED, RESERVED)

    assert order.payment_status is PaymentStatus.REFUNDED
    assert order.stock_status is StockStatus.RELEASED


def test_refunded_total_is_not_lost_when_its_event_arrives_after_a_newer_refusal() -> None:
    """Race 26, the other way round: an older refund changes what was refunded, not the status."""
    order = given(*CONFIRMED, NoteRefundFailed(ORDER_ID, 7), refunded(5, 500, 3998))

    assert order.payment_status is PaymentStatus.REFUND_FAILED
    assert order.refunded_total == Money(500, "USD")


def test_payment_shows_cancelled_when_it_ended_before_money_moved() -> None:
    order = given(PLACE, REFUSED, NotePaymentCancelled(ORDER_ID, 2))
    assert order.payment_status is PaymentStatus.CANCELLED


def test_stock_shows_released_when_it_never_held_any() -> None:
    """Race 22: a cancel that overtook the order ends in a release of nothing."""
    assert given(PLACE, CANCEL, NoteStockReleased(ORDER_ID, 2)).stock_status is StockStatus.RELEASED


def test_stock_shows_fulfilled_when_the_order_ships() -> None:
    assert given(*SHIPPED, NoteStockReserved(ORDER_ID, 1)).stock_status is StockStatus.FULFILLED


def test_nothing_changes_in_the_decision_when_taken_is_heard_twice_in_two_versions() -> None:
    assert when(given(*CONFIRMED), NotePaymentTaken(ORDER_ID, 9)) == []
