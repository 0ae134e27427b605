"""Without an inbox: whatever arrives, in whichever order causality allows and however often, the end is the same."""

from collections.abc import Sequence

from hypothesis import given as for_all
from hypothesis import strategies as st

from order_service.domain.commands import (
    AddNote,
    CancelOrder,
    DeliverOrder,
    Edit,
    EditDetails,
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
    OrderCommand,
    ShipOrder,
    StartProcessing,
)
from order_service.domain.lifecycle import CancelReason, OrderStatus, StockStatus
from order_service.domain.money import Money
from order_service.domain.order import Order
from tests.unit.order_service.stories import EXPIRES_AT, ORDER_ID, PLACE, after, carried_out, given, when


def money(amount: int) -> Money:
    return Money(amount, "USD")


RESERVED = NoteStockReserved(ORDER_ID, 1)
RELEASED = NoteStockReleased(ORDER_ID, 2)
REFUSED = NoteStockRefused(ORDER_ID, 1, "none left")
TAKEN = NotePaymentTaken(ORDER_ID, 3)
DECLINED = NotePaymentFailed(ORDER_ID, 3, "declined")
WITHDRAWN = NotePaymentCancelled(ORDER_ID, 2)
PARTLY_REFUNDED = NotePaymentRefunded(ORDER_ID, 5, money(1000), money(3498))
REFUND_REFUSED = NoteRefundFailed(ORDER_ID, 7)
REFUNDED = NotePaymentRefunded(ORDER_ID, 9, money(4498), money(0))

CANCELS: Sequence[OrderCommand] = (
    CancelOrder(ORDER_ID, CancelReason.CUSTOMER_REQUEST),
    ExpireOrder(ORDER_ID, EXPIRES_AT),
)

# What the other services say of one order that nobody cancels.
UNDISTURBED: Sequence[tuple[Note, ...]] = (
    (RESERVED, TAKEN),
    (RESERVED, TAKEN, PARTLY_REFUNDED, REFUND_REFUSED),
    (RESERVED, TAKEN, PARTLY_REFUNDED, REFUND_REFUSED, REFUNDED),
    (RESERVED, DECLINED, RELEASED),
    (REFUSED, WITHDRAWN),
)
# What they say whether it is cancelled or not, and what they say only because it was.
CANCELLED: Sequence[tuple[tuple[Note, ...], tuple[Note, ...]]] = (
    ((RESERVED,), (RELEASED, WITHDRAWN)),
    ((RESERVED, TAKEN), (RELEASED, PARTLY_REFUNDED, REFUND_REFUSED, REFUNDED)),
    ((), (RELEASED, WITHDRAWN)),
)

NEWS: Sequence[OrderCommand] = (
    RESERVED,
    RELEASED,
    REFUSED,
    TAKEN,
    DECLINED,
    WITHDRAWN,
    PARTLY_REFUNDED,
    REFUND_REFUSED,
    REFUNDED,
)
WISHES: Sequence[OrderCommand] = (
    PLACE,
    *CANCELS,
    StartProcessing(ORDER_ID),
    ShipOrder(ORDER_ID, "TRACK-1"),
    DeliverOrder(ORDER_ID),
    EditDetails(ORDER_ID, notes=Edit("new")),
    AddNote(ORDER_ID, "sealed text"),
)
ANYTHING = (*WISHES, *NEWS)
# Nobody speaks of an order before it was placed.
ANY_STORY = st.tuples(
    st.lists(st.sampled_from(WISHES), max_size=3), st.lists(st.sampled_from(ANYTHING), max_size=20)
).map(lambda parts: [*parts[0], PLACE, *parts[1]])


def often(notes: Sequence[Note]) -> st.SearchStrategy[list[Note]]:
    """Each at least once and up to three times, in any order."""
    repeats = st.lists(st.sampled_from(notes), max_size=2 * len(notes)) if notes else st.just(list[Note]())
    return repeats.flatmap(lambda more: st.permutations([*notes, *more]))


@for_all(st.data())
def test_end_is_the_same_when_what_is_heard_comes_in_any_order_and_repeatedly(data: st.DataObject) -> None:
    notes = data.draw(st.sampled_from(UNDISTURBED))
    arrivals = data.draw(often(notes))
    assert given(PLACE, *arrivals) == given(PLACE, *notes)


@for_all(st.data())
def test_end_is_the_same_when_the_order_is_cancelled_at_any_moment(data: st.DataObject) -> None:
    """Races 6, 7, 12 and 22. Only a PENDING order expires, so expiry is tried before anything is heard."""
    anyway, because = data.draw(st.sampled_from(CANCELLED))
    cancel = data.draw(st.sampled_from(CANCELS))
    earlier = data.draw(st.sets(st.sampled_from(anyway))) if anyway and cancel is CANCELS[0] else set[Note]()
    before = data.draw(often(sorted(earlier, key=anyway.index)))
    later = data.draw(often([*anyway, *because]))

    end = given(PLACE, *before, cancel, *later)

    assert end.status is OrderStatus.CANCELLED
    assert end == given(PLACE, cancel, *anyway, *because)


@for_all(ANY_STORY)
def test_every_command_is_done_once_when_it_is_repeated_at_once(story: list[OrderCommand]) -> None:
    order = given(*story)
    for command in ANYTHING:
        once = carried_out(order, command)
        assert carried_out(once, command) == once


@for_all(ANY_STORY)
def test_no_step_leads_outside_the_lifecycle_when_anything_happens(story: list[OrderCommand]) -> None:
    steps = {
        None: {OrderStatus.PENDING},
        OrderStatus.PENDING: {OrderStatus.CONFIRMED, OrderStatus.FAILED, OrderStatus.CANCELLED},
        OrderStatus.CONFIRMED: {OrderStatus.PROCESSING, OrderStatus.CANCELLED},
        OrderStatus.PROCESSING: {OrderStatus.SHIPPED, OrderStatus.CANCELLED},
        OrderStatus.SHIPPED: {OrderStatus.DELIVERED},
    }
    order = Order()
    for command in story:
        outcome = when(order, command)
        for event in outcome if isinstance(outcome, Sequence) else ():
            next_order = after(order, [event])
            assert next_order.status == order.status or next_order.status in steps[order.status]
            if next_order.status is OrderStatus.CONFIRMED is not order.status:
                assert order.payment_taken
                assert order.stock_status is StockStatus.RESERVED
            order = next_order


@for_all(ANY_STORY)
def test_views_never_go_back_when_anything_happens(story: list[OrderCommand]) -> None:
    """Race 26."""
    order = given(PLACE)
    for command in story:
        next_order = carried_out(order, command)
        assert next_order.stock_version >= order.stock_version
        assert next_order.payment_version >= order.payment_version
        assert next_order.refunded_total.amount >= order.refunded_total.amount
        order = next_order
