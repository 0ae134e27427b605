"""Races 6-9, 15, 16 and 23: whatever happens around a charge or a refund, it is done once and fully accounted for."""

from uuid import UUID

import pytest

from order_service.domain.lifecycle import CancelReason, OrderStatus
from payment_service.domain.commands import AlreadyRetried, MoreThanLeft, RequestRefund
from payment_service.domain.payment import PaymentStatus, RefundStatus
from payment_service.provider_calls import ProviderCall
from payment_service.providers.fake import Mishap
from shared.runtime.submissions import Decided
from tests.saga.audit import audit
from tests.saga.machinery import EXPIRY
from tests.saga.rivals import EVERY_MOMENT, race
from tests.saga.shop import VISA, Shop

TOTAL = 2 * 1999


def being_charged(shop: Shop, method: str = VISA) -> UUID:
    """An order whose payment is PROCESSING: the provider is to be asked next."""
    order_id = shop.place(("MUG", 2), method=method)
    shop.relay()
    shop.hear("inventory")
    shop.relay()
    shop.hear("payment")
    assert shop.payment(order_id).status is PaymentStatus.PROCESSING
    return order_id


def the_call(shop: Shop) -> ProviderCall:
    [call] = shop.till.due()
    return call


def paid(shop: Shop, method: str = VISA) -> UUID:
    order_id = shop.place(("MUG", 2), method=method)
    shop.settle()
    return order_id


def refunds(shop: Shop, order_id: UUID) -> list[tuple[int, RefundStatus]]:
    return [(refund.amount.amount, refund.status) for refund in shop.payment(order_id).refunds]


@pytest.mark.parametrize("asked_before", [True, False])
def test_race_06_refunded_in_full_once_when_cancelled_while_being_charged(
    shop: Shop, asked_before: bool
) -> None:
    """The order is CANCELLED at once. The charge goes on; if it takes the money, all of it goes back, once."""
    order_id = being_charged(shop)
    charge = the_call(shop)
    if asked_before:
        shop.till.ask(charge)
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "order.cancelled")
    assert shop.order(order_id).status is OrderStatus.CANCELLED
    assert shop.payment(order_id).status is PaymentStatus.PROCESSING

    if not asked_before:
        shop.till.ask(charge)
    shop.till.record(charge)
    assert shop.payment(order_id).status is PaymentStatus.COMPLETED
    shop.settle()

    assert shop.order(order_id).status is OrderStatus.CANCELLED
    assert shop.payment(order_id).status is PaymentStatus.REFUNDED
    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert shop.provider.kept() == 0
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def test_race_06_cancelled_when_the_charge_is_declined_after_the_cancel(shop: Shop) -> None:
    """No money moved: there is nothing to return, and no failure to tell of an order that nobody wants."""
    order_id = being_charged(shop, "pm_card_chargeDeclined")
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "order.cancelled")
    shop.settle()

    assert shop.payment(order_id).status is PaymentStatus.CANCELLED
    assert "payment.failed" not in shop.told(order_id)
    assert shop.order(order_id).status is OrderStatus.CANCELLED
    assert audit(shop) == []


@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_06_refunded_once_when_the_cancel_is_heard_while_the_charge_is_recorded(
    shop: Shop, moment: int
) -> None:
    """Two processes hold the two halves of the story; whichever locks the payment second sees what the first did."""
    order_id = being_charged(shop)
    charge = the_call(shop)
    shop.till.ask(charge)
    shop.cancel(order_id)
    shop.relay()
    [cancelled] = shop.broker.waiting("payment", "order.cancelled")

    race(moment, shop.till.start_recording(charge), shop.payments.start_hearing(cancelled))
    shop.settle()

    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert audit(shop) == []


def test_race_07_refunded_in_full_once_when_the_payment_succeeds_after_expiry(shop: Shop) -> None:
    """The order stays CANCELLED, for the reason that it expired."""
    order_id = being_charged(shop, "pm_test_slow")
    shop.clock.advance(EXPIRY)
    assert shop.expire() == 1
    shop.till.ask(the_call(shop))
    shop.settle()

    order = shop.order(order_id)
    assert (order.status, order.reason) == (OrderStatus.CANCELLED, CancelReason.EXPIRED)
    assert shop.payment(order_id).status is PaymentStatus.REFUNDED
    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert "order.confirmed" not in shop.told(order_id)
    assert audit(shop) == []


def test_race_07_refunded_once_when_the_order_hears_of_the_payment_after_it_has_expired(shop: Shop) -> None:
    """The payment was complete in time, but the order could not know: it is cancelled, and the money returned."""
    order_id = being_charged(shop)
    shop.till.work()
    shop.clock.advance(EXPIRY)
    assert shop.expire() == 1
    shop.settle()

    assert shop.order(order_id).status is OrderStatus.CANCELLED
    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert audit(shop) == []


@pytest.mark.parametrize(("method", "unknown"), [("pm_test_timeout", 1), ("pm_test_error_then_ok", 2)])
def test_race_08_asked_again_with_the_same_key_when_the_outcome_is_unknown(
    shop: Shop, method: str, unknown: int
) -> None:
    """Nobody knows whether money moved, so the same key is asked again until somebody does: one charge at most."""
    order_id = being_charged(shop, method)
    charge = the_call(shop)
    for _ in range(unknown):
        assert not shop.till.ask(charge)
        assert shop.payment(order_id).status is PaymentStatus.PROCESSING
        assert the_call(shop).key == charge.key
    shop.settle()

    [entry] = shop.provider.books
    assert (entry.ask.key, entry.asked) == (charge.key, unknown + 1)
    assert shop.provider.kept() == TOTAL
    assert shop.order(order_id).status is OrderStatus.CONFIRMED
    assert audit(shop) == []


def test_race_08_refunded_once_when_the_order_is_cancelled_while_the_outcome_is_unknown(shop: Shop) -> None:
    """An unknown charge may have been made, so it is asked about first and returned then."""
    order_id = being_charged(shop, "pm_test_timeout")
    assert not shop.till.ask(the_call(shop))
    shop.cancel(order_id)
    shop.settle()

    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert shop.provider.kept() == 0
    assert audit(shop) == []


@pytest.mark.parametrize("mishap", Mishap)
def test_race_08_one_refund_when_the_provider_is_asked_again_for_what_nobody_knows(
    shop: Shop, mishap: Mishap
) -> None:
    """As for a charge: the same key until somebody knows, so that staff who gave half back have given half back."""
    order_id = paid(shop)
    shop.refund(order_id, TOTAL // 2)
    refund = the_call(shop)
    shop.provider.mishap = mishap
    for _ in range(2):
        assert not shop.till.ask(refund)
        assert refunds(shop, order_id) == [(TOTAL // 2, RefundStatus.REQUESTED)]
        assert the_call(shop).key == refund.key
    moved = TOTAL // 2 if mishap is Mishap.LOSES_ITS_ANSWER else 0
    assert shop.provider.kept() == TOTAL - moved
    shop.provider.mishap = None
    shop.settle()

    assert refunds(shop, order_id) == [(TOTAL // 2, RefundStatus.SUCCEEDED)]
    assert shop.provider.kept() == TOTAL // 2
    assert audit(shop) == []


# The process dies at the seam between the provider's commit and ours, or anywhere within ours. Its real twin, with a
# SIGKILL, is among the end-to-end tests.
@pytest.mark.parametrize("dies_at", [None, "lock payments", "append events", "commit", "committed"])
def test_race_09_one_charge_when_the_process_dies_between_the_answer_and_the_commit(
    shop: Shop, dies_at: str | None
) -> None:
    """The same key is asked again: the provider moves no more money, and `payment.processed` is told once."""
    order_id = being_charged(shop)
    charge = the_call(shop)
    shop.till.ask(charge)
    if dies_at is None:
        shop.till.lose_answers()
    else:
        recording = shop.till.start_recording(charge)
        recording.run_to(dies_at)
        recording.kill()

    still_open = dies_at != "committed"
    assert [call.key for call in shop.till.due()] == ([charge.key] if still_open else [])
    shop.settle()

    [entry] = shop.provider.books
    assert entry.asked == (2 if still_open else 1)
    assert shop.provider.kept() == TOTAL
    assert shop.told(order_id).count("payment.processed") == 1
    assert shop.order(order_id).status is OrderStatus.CONFIRMED
    assert audit(shop) == []


@pytest.mark.parametrize("remembers", [True, False], ids=["by its command", "by the decider alone"])
def test_race_09_one_payment_processed_when_two_processes_record_the_same_answer(remembers: bool) -> None:
    """A lease that ran out too early: both have asked with the same key and both want to record what they heard."""
    shop = Shop(remembers=remembers)
    shop.stock("MUG", 5)
    order_id = being_charged(shop)
    charge = the_call(shop)
    shop.till.ask(charge)
    first = shop.till.start_recording(charge)
    shop.till.ask(charge)
    race(3, first, shop.till.start_recording(charge))
    shop.settle()

    assert shop.told(order_id).count("payment.processed") == 1
    assert audit(shop) == []


@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_15_one_is_refused_when_two_refunds_want_more_than_is_left(shop: Shop, moment: int) -> None:
    """Of two at once, one is granted (201) and the other told how much is left (422)."""
    order_id = paid(shop)
    one, other = (
        shop.payments.start(shop.refunding(RequestRefund(order_id, shop.ids.new(), 2500, "goodwill")))
        for _ in range(2)
    )
    race(moment, one, other)

    outcomes = [shop.granted(run.result) for run in (one, other)]
    assert sorted(len(outcome.events) for outcome in outcomes) == [0, 1]
    assert [o.refusal for o in outcomes if o.refusal] == [MoreThanLeft(TOTAL - 2500)]
    shop.settle()
    assert shop.payment(order_id).refunded_total == 2500
    assert audit(shop) == []


@pytest.mark.parametrize("failure_known_first", [True, False])
@pytest.mark.parametrize("staffs_fails", [True, False])
def test_race_16_everything_goes_back_once_when_a_refund_fails_after_the_cancel(
    shop: Shop, staffs_fails: bool, failure_known_first: bool
) -> None:
    """What staff had asked for is not asked for twice; when it fails, it is asked for again because of the cancel."""
    order_id = paid(shop, "pm_test_refund_fails")
    shop.refund(order_id, 1000)
    staffs = the_call(shop)
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "order.cancelled")
    rest = next(call for call in shop.till.due() if call != staffs)
    assert refunds(shop, order_id) == [(1000, RefundStatus.REQUESTED), (TOTAL - 1000, RefundStatus.REQUESTED)]

    # The provider refuses whichever it is asked for first.
    failing, other = (staffs, rest) if staffs_fails else (rest, staffs)
    shop.till.ask(failing)
    shop.till.ask(other)
    for call in (failing, other) if failure_known_first else (other, failing):
        shop.till.record(call)
    shop.settle()

    payment = shop.payment(order_id)
    assert payment.status is PaymentStatus.REFUNDED
    assert payment.refunded_total == TOTAL
    assert [refund.status for refund in payment.refunds].count(RefundStatus.FAILED) == 1
    assert shop.provider.kept() == 0
    assert audit(shop) == []


def test_race_16_second_retry_is_refused_when_a_failed_refund_is_retried_twice(shop: Shop) -> None:
    """A failed refund is retried once, as a new refund; asking again is a conflict that names the first retry."""
    order_id = paid(shop, "pm_test_refund_fails")
    failed = shop.refund(order_id, 1000).events[0].event.refund_id
    shop.settle()

    retry = shop.retry_refund(order_id, failed).events[0].event.refund_id
    assert shop.retry_refund(order_id, failed).refusal == AlreadyRetried(retry)
    shop.settle()
    assert shop.retry_refund(order_id, failed).refusal == AlreadyRetried(retry)

    assert refunds(shop, order_id) == [(1000, RefundStatus.FAILED), (1000, RefundStatus.SUCCEEDED)]
    assert audit(shop) == []


def test_race_16_retry_is_refused_when_the_cancel_has_already_asked_for_all_that_is_left(shop: Shop) -> None:
    """The cancel returns everything by itself; staff cannot return any of it a second time."""
    order_id = paid(shop, "pm_test_refund_fails")
    failed = shop.refund(order_id, 1000).events[0].event.refund_id
    shop.settle()
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment", "order.cancelled")

    assert shop.retry_refund(order_id, failed).refusal == MoreThanLeft(0)
    shop.settle()
    assert shop.payment(order_id).refunded_total == TOTAL
    assert audit(shop) == []


@pytest.mark.parametrize("settled_between", [True, False])
def test_race_23_exactly_what_is_left_when_a_full_refund_follows_partial_ones(
    shop: Shop, settled_between: bool
) -> None:
    """Not a unit more, whether the partial ones have succeeded by then or are still on their way."""
    order_id = paid(shop)
    for amount in (1000, 999):
        shop.refund(order_id, amount)
        if settled_between:
            shop.settle()
    full = shop.refund(order_id)

    assert full.events[0].event.amount.amount == TOTAL - 1999
    assert shop.refund(order_id).refusal == MoreThanLeft(0)
    assert shop.refund(order_id, 1).refusal == MoreThanLeft(0)
    shop.settle()
    assert shop.payment(order_id).status is PaymentStatus.REFUNDED
    assert shop.provider.kept() == 0
    assert shop.order(order_id).refunded_total.amount == TOTAL
    assert audit(shop) == []


@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_23_never_a_unit_more_when_staff_refund_all_while_the_cancel_is_heard(
    shop: Shop, moment: int
) -> None:
    """Both want to return everything; whoever is second finds nothing left to return."""
    order_id = paid(shop)
    shop.cancel(order_id)
    shop.relay()
    [cancelled] = shop.broker.waiting("payment", "order.cancelled")
    staffs = shop.payments.start(shop.refunding(RequestRefund(order_id, shop.ids.new(), None, "goodwill")))

    race(moment, staffs, shop.payments.start_hearing(cancelled))
    [outcome] = staffs.result
    assert isinstance(outcome, Decided)
    shop.settle()

    assert refunds(shop, order_id) == [(TOTAL, RefundStatus.SUCCEEDED)]
    assert shop.provider.kept() == 0
    assert audit(shop) == []
