"""The races of docs/specification.md that concern payments, by their numbers."""

import pytest

from payment_service.charging import ask, recording
from payment_service.domain.commands import (
    CancelPayment,
    MoreThanLeft,
    NoteStockRefused,
    RequestRefund,
    RetryRefund,
)
from payment_service.domain.events import ChargeRequested, PaymentCancelled, PaymentProcessed, RefundRequested
from payment_service.domain.payment import PaymentStatus, RefundStatus
from payment_service.providers.port import Charged, Declined
from payment_service.providers.rules import Outcome
from payment_service.publishing import publish
from shared.eventsourcing.ids import derived_id
from tests.unit.payment_service.memory import (
    CANCELLED,
    ORDER_ID,
    PAYMENT_ID,
    PRICE,
    RESERVED,
    Payments,
    placed,
)

CHARGE_KEY = f"{PAYMENT_ID}:charge"
STAFF_REFUND = derived_id(ORDER_ID, "by staff")
NEXT_REFUND = derived_id(ORDER_ID, "by staff, next")


def published(payments: Payments) -> list[str]:
    contracts = [publish(recorded) for recorded in payments.recorded]
    return [contract.type for contract in contracts if contract]


def charges(payments: Payments) -> int:
    return sum(entry.outcome is Outcome.CHARGED for entry in payments.provider.books)


def assert_everything_came_back(payments: Payments) -> None:
    assert payments.provider.kept() == 0
    assert payments.state().captured == payments.state().refunded_total
    assert payments.state().refund_pending == 0


async def test_no_second_effect_when_every_event_is_heard_twice() -> None:
    """Race 1."""
    payments = Payments()
    payments.do(placed(), placed(), RESERVED, RESERVED)
    await payments.ask_provider_until_quiet()
    payments.do(placed(), RESERVED)
    await payments.ask_provider_until_quiet()
    payments.do(CANCELLED, CANCELLED)
    await payments.ask_provider_until_quiet()
    payments.do(placed(), RESERVED, CANCELLED)
    assert published(payments) == ["payment.initiated", "payment.processed", "payment.refunded"]


async def test_charged_once_the_order_arrives_when_the_reservation_is_heard_first() -> None:
    """Race 2."""
    payments = Payments()
    payments.do(RESERVED)
    assert published(payments) == []
    payments.do(placed())
    await payments.ask_provider_until_quiet()
    assert published(payments) == ["payment.initiated", "payment.processed"]


async def test_never_charged_when_the_cancellation_is_heard_before_the_order() -> None:
    """Race 3."""
    payments = Payments()
    payments.do(CANCELLED)
    payments.do(placed(), RESERVED)
    assert payments.calls == {}
    assert published(payments) == ["payment.initiated", "payment.cancelled"]
    assert len({recorded.command_id for recorded in payments.recorded[1:]}) == 1


async def test_cancelled_once_the_order_arrives_when_the_refusal_is_heard_first() -> None:
    """Race 4."""
    payments = Payments()
    payments.do(NoteStockRefused(ORDER_ID))
    assert published(payments) == []
    payments.do(placed())
    assert payments.state().status is PaymentStatus.CANCELLED
    assert published(payments) == ["payment.initiated", "payment.cancelled"]


@pytest.mark.parametrize("reason", ["customer_request", "staff_request", "expired"])
async def test_returned_in_full_and_once_when_cancelled_while_the_provider_charges(reason: str) -> None:
    """Races 6 and 7."""
    payments = Payments()
    payments.do(placed(), RESERVED)
    (call, _) = payments.calls[CHARGE_KEY]
    answer = await ask(payments.provider, call)
    payments.do(CancelPayment(ORDER_ID, reason))
    payments.do(answer)
    await payments.ask_provider_until_quiet()
    assert published(payments) == ["payment.initiated", "payment.processed", "payment.refunded"]
    assert_everything_came_back(payments)
    assert payments.state().status is PaymentStatus.REFUNDED


async def test_cancelled_when_the_provider_declines_what_was_cancelled_meanwhile() -> None:
    """Race 6, the other way out."""
    payments = Payments()
    payments.do(placed("pm_card_chargeDeclined"), RESERVED, CANCELLED)
    await payments.ask_provider_until_quiet()
    assert published(payments) == ["payment.initiated", "payment.cancelled"]


@pytest.mark.parametrize(("method", "asks"), [("pm_test_timeout", 2), ("pm_test_error_then_ok", 3)])
async def test_charged_once_when_the_outcome_was_unknown(method: str, asks: int) -> None:
    """Race 8."""
    payments = Payments()
    payments.do(placed(method), RESERVED)
    for _ in range(asks - 1):
        assert await payments.ask_provider() == []
        assert payments.state().status is PaymentStatus.PROCESSING
    (processed,) = await payments.ask_provider()
    assert isinstance(processed, PaymentProcessed)
    assert charges(payments) == 1
    assert payments.provider.kept() == PRICE.amount


async def test_charged_and_told_once_when_we_crash_before_recording_the_answer() -> None:
    """Race 9: the first answer is forgotten, the second ask with the same key gets it again."""
    payments = Payments()
    payments.do(placed(), RESERVED)
    (call, _) = payments.calls[CHARGE_KEY]
    lost = await ask(payments.provider, call)
    await payments.ask_provider_until_quiet()
    payments.do(lost)
    assert charges(payments) == 1
    assert published(payments) == ["payment.initiated", "payment.processed"]


async def test_one_is_refused_when_two_partial_refunds_are_more_than_is_left() -> None:
    """Race 15."""
    payments = Payments()
    payments.do(placed(), RESERVED)
    await payments.ask_provider_until_quiet()
    assert payments.do(RequestRefund(ORDER_ID, STAFF_REFUND, 3000, "damaged")) != []
    assert payments.do(RequestRefund(ORDER_ID, NEXT_REFUND, 3000, "damaged")) == []
    assert payments.refusal == MoreThanLeft(1498)


async def test_everything_comes_back_once_when_a_staff_refund_fails_after_the_cancellation() -> None:
    """Race 16: the staff refund in flight, the order cancelled, then it fails."""
    payments = Payments()
    payments.do(placed("pm_test_refund_fails"), RESERVED)
    await payments.ask_provider_until_quiet()
    payments.do(RequestRefund(ORDER_ID, STAFF_REFUND, 1000, "damaged"))
    (in_flight, _) = next(iter(payments.calls.values()))
    answer = await ask(payments.provider, in_flight)
    payments.do(CANCELLED)
    payments.do(answer)
    await payments.ask_provider_until_quiet()
    assert payments.state().refunds[0].status is RefundStatus.FAILED
    assert_everything_came_back(payments)
    assert payments.state().status is PaymentStatus.REFUNDED


async def test_everything_comes_back_once_when_a_failed_refund_is_retried_twice_and_then_cancelled() -> None:
    """Race 16, with the retries."""
    payments = Payments()
    payments.do(placed("pm_test_refund_fails"), RESERVED)
    await payments.ask_provider_until_quiet()
    payments.do(RequestRefund(ORDER_ID, STAFF_REFUND, None, "damaged"))
    await payments.ask_provider_until_quiet()
    payments.do(RetryRefund(ORDER_ID, STAFF_REFUND, NEXT_REFUND))
    assert payments.do(RetryRefund(ORDER_ID, STAFF_REFUND, derived_id(ORDER_ID, "third"))) == []
    payments.do(CANCELLED)
    await payments.ask_provider_until_quiet()
    assert_everything_came_back(payments)


async def test_no_effect_when_compensating_what_never_happened() -> None:
    """Race 22."""
    payments = Payments()
    payments.do(placed(), NoteStockRefused(ORDER_ID))
    payments.do(CANCELLED, NoteStockRefused(ORDER_ID))
    assert payments.calls == {}
    assert published(payments) == ["payment.initiated", "payment.cancelled"]


async def test_exactly_the_rest_is_returned_when_a_full_refund_follows_partial_ones() -> None:
    """Race 23."""
    payments = Payments()
    payments.do(placed(), RESERVED)
    await payments.ask_provider_until_quiet()
    payments.do(RequestRefund(ORDER_ID, STAFF_REFUND, 1, "rounding"))
    await payments.ask_provider_until_quiet()
    (rest,) = payments.do(RequestRefund(ORDER_ID, NEXT_REFUND, None, "damaged"))
    assert rest.amount.amount == PRICE.amount - 1
    await payments.ask_provider_until_quiet()
    assert_everything_came_back(payments)


async def test_one_command_for_one_key_when_an_outcome_is_recorded_again() -> None:
    """Race 24: whether the first recording was committed is looked up by the command's id."""
    payments = Payments()
    payments.do(placed(), RESERVED)
    (call, _) = payments.calls[CHARGE_KEY]
    first = await ask(payments.provider, call)
    first_id = recording(call, first, payments.now).context.command_id
    payments.pass_time(minutes=5)
    again = await ask(payments.provider, call)
    assert recording(call, again, payments.now).context.command_id == first_id
    assert first == again
    assert len(payments.do(first)) == 1
    assert payments.do(again) == []


async def test_charge_is_asked_for_in_the_commit_that_hears_of_the_reservation() -> None:
    """PROCESSING is never without its call, nor the call without PROCESSING."""
    payments = Payments()
    payments.do(placed())
    (asked,) = payments.do(RESERVED)
    assert isinstance(asked, ChargeRequested)
    assert payments.state().status is PaymentStatus.PROCESSING
    assert list(payments.calls) == [CHARGE_KEY]


async def test_answers_are_what_the_provider_keeps_when_looked_up_by_key() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    assert await payments.provider.find(CHARGE_KEY) is None
    await payments.ask_provider_until_quiet()
    assert isinstance(await payments.provider.find(CHARGE_KEY), Charged)

    declined = Payments()
    declined.do(placed("pm_nobody_knows"), RESERVED)
    await declined.ask_provider_until_quiet()
    assert await declined.provider.find(CHARGE_KEY) == Declined(
        "invalid_payment_method", "The payment method does not exist."
    )
    assert not any(isinstance(r.event, PaymentCancelled | RefundRequested) for r in declined.recorded)
