from datetime import timedelta

import pytest

from order_service.domain.commands import (
    AddNote,
    CancelOrder,
    DeliverOrder,
    Edit,
    EditDetails,
    ExpireOrder,
    NotePaymentFailed,
    OrderCommand,
    Request,
    ShipOrder,
    StartProcessing,
)
from order_service.domain.events import (
    DetailsEdited,
    NoteAdded,
    OrderCancelled,
    OrderDelivered,
    OrderShipped,
    ProcessingStarted,
)
from order_service.domain.lifecycle import CancelReason, OrderStatus
from order_service.domain.order import Order
from order_service.domain.refusals import NoSuchOrder, NoSuchStep, NotCancellable, NotEditable
from tests.unit.order_service.stories import (
    CONFIRMED,
    EXPIRES_AT,
    ORDER_ID,
    PLACE,
    PROCESSING,
    RESERVED,
    SHIPPED,
    given,
    when,
)

CANCEL = CancelOrder(ORDER_ID, CancelReason.CUSTOMER_REQUEST)
EXPIRE = ExpireOrder(ORDER_ID, EXPIRES_AT)
START, SHIP, DELIVER = StartProcessing(ORDER_ID), ShipOrder(ORDER_ID, "TRACK-1"), DeliverOrder(ORDER_ID)
DELIVERED = (*SHIPPED, DELIVER)
FAILED = (PLACE, RESERVED, NotePaymentFailed(ORDER_ID, 3, "declined"))
CANCELLED = (PLACE, CANCEL)

Story = tuple[OrderCommand, ...]


@pytest.mark.parametrize(
    ("story", "status"),
    [
        ((PLACE,), OrderStatus.PENDING),
        (CONFIRMED, OrderStatus.CONFIRMED),
        (PROCESSING, OrderStatus.PROCESSING),
    ],
)
def test_order_is_cancelled_when_it_has_not_shipped(story: Story, status: OrderStatus) -> None:
    assert when(given(*story), CANCEL) == [OrderCancelled(CancelReason.CUSTOMER_REQUEST, status)]


def test_nothing_happens_when_a_cancelled_order_is_cancelled_again() -> None:
    again = CancelOrder(ORDER_ID, CancelReason.STAFF_REQUEST)
    assert when(given(*CANCELLED), again) == []
    assert given(*CANCELLED, again).reason is CancelReason.CUSTOMER_REQUEST


@pytest.mark.parametrize("story", [SHIPPED, DELIVERED, FAILED])
def test_cancel_is_refused_when_the_order_has_shipped_or_failed(story: Story) -> None:
    """Race 14."""
    order = given(*story)
    assert order.status is not None
    assert when(order, CANCEL) == NotCancellable(order.status)


def test_shipping_is_refused_when_the_order_was_cancelled_first() -> None:
    """Race 14."""
    order = given(*PROCESSING, CANCEL)
    assert when(order, SHIP) == NoSuchStep(OrderStatus.CANCELLED, OrderStatus.SHIPPED)


def test_order_goes_its_way_when_staff_take_each_step() -> None:
    assert when(given(*CONFIRMED), START) == [ProcessingStarted(OrderStatus.CONFIRMED)]
    assert when(given(*PROCESSING), SHIP) == [OrderShipped(OrderStatus.PROCESSING, "TRACK-1")]
    assert when(given(*SHIPPED), DELIVER) == [OrderDelivered(OrderStatus.SHIPPED, "TRACK-1")]
    assert given(*DELIVERED).status is OrderStatus.DELIVERED
    assert given(*DELIVERED).tracking_number == "TRACK-1"


@pytest.mark.parametrize(
    ("story", "request_"),
    [(PROCESSING, START), (SHIPPED, SHIP), (SHIPPED, ShipOrder(ORDER_ID)), (DELIVERED, DELIVER)],
)
def test_nothing_happens_when_a_step_is_taken_again(story: Story, request_: Request) -> None:
    assert when(given(*story), request_) == []


def test_shipping_again_is_refused_when_the_tracking_number_is_another() -> None:
    refusal = NoSuchStep(OrderStatus.SHIPPED, OrderStatus.SHIPPED)
    assert when(given(*SHIPPED), ShipOrder(ORDER_ID, "TRACK-2")) == refusal


@pytest.mark.parametrize(
    ("story", "request_", "wanted"),
    [
        ((PLACE,), START, OrderStatus.PROCESSING),
        ((PLACE,), SHIP, OrderStatus.SHIPPED),
        (CONFIRMED, SHIP, OrderStatus.SHIPPED),
        (CONFIRMED, DELIVER, OrderStatus.DELIVERED),
        (SHIPPED, START, OrderStatus.PROCESSING),
        (DELIVERED, SHIP, OrderStatus.SHIPPED),
        (CANCELLED, START, OrderStatus.PROCESSING),
        (FAILED, DELIVER, OrderStatus.DELIVERED),
    ],
)
def test_step_is_refused_when_the_lifecycle_does_not_have_it(
    story: Story, request_: Request, wanted: OrderStatus
) -> None:
    order = given(*story)
    assert order.status is not None
    assert when(order, request_) == NoSuchStep(order.status, wanted)


@pytest.mark.parametrize("story", [(PLACE,), CONFIRMED, PROCESSING])
def test_details_are_edited_when_the_order_has_not_shipped(story: Story) -> None:
    order = given(*story)
    assert order.status is not None
    assert when(order, EditDetails(ORDER_ID, notes=Edit("new"))) == [
        DetailsEdited(order.status, ("notes",), "sealed address", "new")
    ]
    assert when(order, EditDetails(ORDER_ID, shipping_address=Edit(None), notes=Edit("new"))) == [
        DetailsEdited(order.status, ("shipping_address", "notes"), None, "new")
    ]


def test_nothing_happens_when_an_edit_changes_nothing() -> None:
    order = given(PLACE)
    assert when(order, EditDetails(ORDER_ID)) == []
    assert when(order, EditDetails(ORDER_ID, notes=Edit("sealed notes"))) == []


@pytest.mark.parametrize("story", [SHIPPED, DELIVERED, CANCELLED, FAILED])
def test_edit_is_refused_when_the_order_is_on_its_way_or_has_ended(story: Story) -> None:
    order = given(*story)
    assert order.status is not None
    assert when(order, EditDetails(ORDER_ID, notes=Edit("new"))) == NotEditable(order.status)


@pytest.mark.parametrize("story", [(PLACE,), CONFIRMED, SHIPPED, DELIVERED, CANCELLED, FAILED])
def test_note_is_added_and_the_order_stays_as_it_is_in_any_status(story: Story) -> None:
    order = given(*story)
    assert when(order, AddNote(ORDER_ID, "sealed text")) == [NoteAdded("sealed text")]
    assert given(*story, AddNote(ORDER_ID, "sealed text")) == order


def test_order_expires_when_it_is_still_pending_at_its_expiry() -> None:
    assert when(given(PLACE), EXPIRE) == [OrderCancelled(CancelReason.EXPIRED, OrderStatus.PENDING)]


def test_order_does_not_expire_when_it_is_a_moment_too_early() -> None:
    assert when(given(PLACE), ExpireOrder(ORDER_ID, EXPIRES_AT - timedelta(microseconds=1))) == []


@pytest.mark.parametrize("story", [CONFIRMED, PROCESSING, SHIPPED, DELIVERED, CANCELLED, FAILED])
def test_order_does_not_expire_when_it_is_no_longer_pending(story: Story) -> None:
    assert when(given(*story), EXPIRE) == []


@pytest.mark.parametrize(
    "request_", [START, SHIP, DELIVER, CANCEL, EXPIRE, EditDetails(ORDER_ID), AddNote(ORDER_ID, "")]
)
def test_request_is_refused_when_there_is_no_such_order(request_: Request) -> None:
    assert when(Order(), request_) == NoSuchOrder()
