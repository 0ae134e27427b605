"""Whatever is heard, in any order and any number of times, however the provider answers: the same end, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from payment_service.domain.commands import (
    CancelPayment,
    Command,
    NoteStockRefused,
    NoteStockReserved,
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordRefundFailed,
    RecordRefundSucceeded,
    RequestRefund,
    RetryRefund,
)
from payment_service.domain.events import Failure
from payment_service.domain.money import Money
from payment_service.domain.payment import Payment, PaymentStatus, RefundStatus, evolve
from payment_service.providers.rules import CHARGED_METHODS, DECLINED_METHODS
from payment_service.publishing import publish
from payment_service.tables import PAYMENTS
from shared.contracts.payments import PaymentContract
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.ids import derived_id
from tests.unit.payment_service.memory import CANCELLED, ORDER_ID, RESERVED, Payments, placed

FINAL = {PaymentStatus.COMPLETED, PaymentStatus.REFUNDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}
# A busy machine is no defect.
unhurried = settings(deadline=None)
METHODS = sorted(CHARGED_METHODS | DECLINED_METHODS.keys() | {"pm_nobody_knows"})

# A moment of a story: something is heard, or the provider is asked for what is due, or time passes.
ASK, WAIT = "ask", "wait"


@dataclass(frozen=True)
class Story:
    """What is told about one order: `heard` in some order and with repeats, between asks and waits."""

    method: str
    price: int
    cancelled: bool
    reserved: bool
    heard: Sequence[Command | str]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    method, price = draw(st.sampled_from(METHODS)), draw(st.integers(1, 10_000))
    cancelled, reserved = draw(st.booleans()), draw(st.booleans())
    told: list[Command | str] = [placed(method, Money(price, "USD"))]
    told.append(RESERVED if reserved else NoteStockRefused(ORDER_ID))
    told += [CANCELLED] if cancelled else []
    repeats = draw(st.lists(st.sampled_from([*told, ASK, ASK, WAIT]), max_size=12))
    return Story(method, price, cancelled, reserved, draw(st.permutations(told + repeats)))


async def told(story: Story) -> Payments:
    payments = Payments()
    for moment in story.heard:
        if moment == ASK:
            await payments.ask_provider()
        elif moment == WAIT:
            payments.pass_time(seconds=1)
        else:
            assert not isinstance(moment, str)
            payments.do(moment)
    await payments.ask_provider_until_quiet()
    return payments


@unhurried
@given(stories())
async def test_same_money_is_kept_when_heard_in_any_order_any_number_of_times(story: Story) -> None:
    payments = await told(story)

    kept = story.price if story.reserved and not story.cancelled and story.method in CHARGED_METHODS else 0
    assert payments.provider.kept() == kept
    assert payments.state().captured - payments.state().refunded_total == kept
    assert payments.state().refund_pending == 0
    assert payments.state().status in FINAL


@unhurried
@given(stories())
async def test_same_end_for_the_world_when_heard_in_any_order(story: Story) -> None:
    """What others hear differs only where a cancellation and a charge cross: taken and returned, or never taken."""
    payments = await told(story)

    types = [contract.type for r in payments.recorded if (contract := publish(r)) is not None]
    assert types[0] == "payment.initiated"
    ends = [t for t in types[1:] if t != "payment.refund_failed"]
    if not story.reserved or (story.cancelled and story.method not in CHARGED_METHODS):
        assert ends in (["payment.cancelled"], ["payment.failed"])
        assert ends == ["payment.cancelled"] or story.reserved
    elif story.method not in CHARGED_METHODS:
        assert ends == ["payment.failed"]
    elif story.cancelled:
        assert ends in (["payment.cancelled"], ["payment.processed", "payment.refunded"])
    else:
        assert ends == ["payment.processed"]


# The API makes fresh ids for staff; none is ever one that the glue derives for an automatic refund.
staff_ids = st.sampled_from([derived_id(ORDER_ID, purpose) for purpose in ("staff 1", "staff 2")])
refund_ids = staff_ids | st.sampled_from([derived_id(ORDER_ID, f"refund:{number}") for number in range(4)])
failures = st.just(Failure("refused", "No."))
anything = st.one_of(
    st.builds(placed, st.just("pm_card_visa"), st.builds(Money, st.integers(0, 9), st.just("USD"))),
    st.just(NoteStockReserved(ORDER_ID)),
    st.just(NoteStockRefused(ORDER_ID)),
    st.builds(CancelPayment, st.just(ORDER_ID), st.sampled_from(["customer_request", "expired"])),
    st.builds(RecordChargeSucceeded, st.just(ORDER_ID), st.just("ch_1")),
    st.builds(RecordChargeDeclined, st.just(ORDER_ID), failures),
    st.builds(RequestRefund, st.just(ORDER_ID), staff_ids, st.none() | st.integers(1, 9), st.just("damaged")),
    st.builds(RetryRefund, st.just(ORDER_ID), refund_ids, staff_ids),
    st.builds(RecordRefundSucceeded, st.just(ORDER_ID), refund_ids),
    st.builds(RecordRefundFailed, st.just(ORDER_ID), refund_ids, failures),
)
# Most random commands find nothing to do: a payment that is taken gives them something.
taken: Sequence[Command] = [placed(price=Money(9, "USD")), RESERVED, RecordChargeSucceeded(ORDER_ID, "ch_1")]
commands = st.one_of(
    st.lists(anything, max_size=25), st.lists(anything, max_size=25).map(lambda more: [*taken, *more])
)


@unhurried
@given(commands)
def test_never_more_is_returned_than_was_taken(story: list[Command]) -> None:
    payments = Payments()
    for command in story:
        payments.do(command)
        state = payments.state()
        assert 0 <= state.left_to_refund <= state.captured
        if state.cancel_requested:
            assert state.left_to_refund == 0
        requested = {r.refund_id for r in state.refunds if r.status is RefundStatus.REQUESTED}
        assert len(payments.calls) == len(requested) + (state.status is PaymentStatus.PROCESSING)
        assert len({r.refund_id for r in state.refunds}) == len(state.refunds)


@unhurried
@given(commands)
def test_events_and_state_come_back_unchanged_when_they_were_stored(story: list[Command]) -> None:
    payments = Payments()
    payments.do(*story)

    codec = Codec([PAYMENTS])
    state = Payment()
    for version, recorded in enumerate(payments.recorded, start=1):
        assert recorded.version == version
        assert codec.decode(recorded.type, codec.encode(recorded.type, recorded.event)) == recorded.event
        state = evolve(state, recorded.event)
    assert state == payments.state()
    assert PAYMENTS.adapter.validate_json(PAYMENTS.adapter.dump_json(state)) == state


@unhurried
@given(commands)
def test_everything_can_be_published(story: list[Command]) -> None:
    payments = Payments()
    payments.do(*story)

    for recorded in payments.recorded:
        contract = publish(recorded)
        if contract is not None:
            assert isinstance(contract, PaymentContract)
            assert contract.order_id == ORDER_ID
            assert type(contract).model_validate_json(contract.model_dump_json()) == contract


@unhurried
@given(commands)
def test_nothing_happens_when_any_command_is_given_again(story: list[Command]) -> None:
    payments = Payments()
    for command in story:
        payments.do(command)
        before = payments.state()
        assert payments.do(command) == []
        assert payments.state() == before
