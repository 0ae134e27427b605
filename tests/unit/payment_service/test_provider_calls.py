"""Which events ask for a call and which answer one, and what a call becomes."""

from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from payment_service.charging import ask, pause, recording
from payment_service.domain.commands import (
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordRefundFailed,
    RecordRefundSucceeded,
)
from payment_service.domain.money import Money
from payment_service.provider_calls import ChargeCall, RefundCall
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Actor
from shared.testing.pauses import ENOUGH, assert_backoff
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

REFUND_ID = derived_id(ORDER_ID, "by staff")


def charge_call(method: str = "pm_card_visa") -> ChargeCall:
    return ChargeCall(ORDER_ID, PAYMENT_ID, "c-1", UUID(int=1), PRICE, method)


def refund_call(reference: str, refund_id: UUID = REFUND_ID) -> RefundCall:
    return RefundCall(ORDER_ID, PAYMENT_ID, "c-1", UUID(int=1), refund_id, Money(100, "USD"), reference)


def test_call_tells_all_that_the_provider_needs_when_a_charge_is_requested() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED)
    call, due_at = payments.calls[f"{PAYMENT_ID}:charge"]
    assert call == ChargeCall(ORDER_ID, PAYMENT_ID, "c-1", payments.recorded[-1].id, PRICE, "pm_card_visa")
    assert due_at == NOON


async def test_call_is_due_later_when_a_refund_is_requested_after_a_refusal() -> None:
    payments = Payments()
    payments.do(placed("pm_test_refund_fails"), RESERVED)
    await payments.ask_provider()
    payments.do(CANCELLED)
    await payments.ask_provider()
    ((call, due_at),) = payments.calls.values()
    assert due_at == NOON + timedelta(seconds=1)
    assert isinstance(call, RefundCall)
    assert call.key == f"{PAYMENT_ID}:refund:{call.refund_id}"
    assert await payments.ask_provider() == []


@pytest.mark.parametrize("call", [charge_call(), refund_call("ch_1")])
def test_call_comes_back_unchanged_when_it_was_stored(call: ChargeCall | RefundCall) -> None:
    adapter = TypeAdapter(type(call))
    assert adapter.validate_json(adapter.dump_json(call)) == call


async def test_answers_become_the_commands_that_record_them() -> None:
    provider = Payments().provider
    taken = await ask(provider, charge_call("pm_test_refund_fails"))
    assert isinstance(taken, RecordChargeSucceeded)
    assert isinstance(await ask(provider, refund_call(taken.reference)), RecordRefundFailed)
    again = refund_call(taken.reference, derived_id(ORDER_ID, "again"))
    assert await ask(provider, again) == RecordRefundSucceeded(ORDER_ID, again.refund_id)
    assert isinstance(await ask(Payments().provider, charge_call("pm_nobody")), RecordChargeDeclined)


def test_recording_belongs_to_the_order_and_to_what_asked_for_it() -> None:
    context = recording(charge_call(), RecordChargeSucceeded(ORDER_ID, "ch_1"), NOON).context
    assert context.command_id == derived_id(PAYMENT_ID, f"{PAYMENT_ID}:charge:outcome")
    assert (context.correlation_id, context.causation_id) == (ORDER_ID, UUID(int=1))
    assert context.actor == Actor("payment_service", "service")
    assert (context.customer_id, context.now) == ("c-1", NOON)


def test_pauses_double_to_half_a_minute_and_differ_when_outcomes_stay_unknown() -> None:
    pauses = [pause(attempt) for attempt in range(1, ENOUGH + 1)]
    assert_backoff(pauses, first=timedelta(milliseconds=200), longest=timedelta(seconds=30))
