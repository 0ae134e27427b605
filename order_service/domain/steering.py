"""What shoppers, staff and the clock do with an order that was placed."""

from collections.abc import Sequence
from typing import assert_never

from order_service.domain.commands import (
    AddNote,
    CancelOrder,
    DeliverOrder,
    EditDetails,
    ExpireOrder,
    Request,
    ShipOrder,
    StartProcessing,
)
from order_service.domain.events import (
    DetailsEdited,
    Event,
    NoteAdded,
    OrderCancelled,
    OrderDelivered,
    OrderShipped,
    ProcessingStarted,
)
from order_service.domain.lifecycle import NOT_YET_SHIPPED, CancelReason, OrderStatus
from order_service.domain.order import Order
from order_service.domain.refusals import NoSuchOrder, NoSuchStep, NotCancellable, NotEditable


def steer(
    order: Order, request: Request
) -> Sequence[Event] | NoSuchOrder | NoSuchStep | NotCancellable | NotEditable:
    """A step that was already taken is a repeat: no events. A step that the lifecycle does not have is refused."""
    status = order.status
    if status is None:
        return NoSuchOrder()

    match request:
        case StartProcessing():
            if status is OrderStatus.CONFIRMED:
                return [ProcessingStarted(status)]
            return [] if status is OrderStatus.PROCESSING else NoSuchStep(status, OrderStatus.PROCESSING)
        case ShipOrder(tracking_number=tracking_number):
            if status is OrderStatus.PROCESSING:
                return [OrderShipped(status, tracking_number)]
            repeated = status is OrderStatus.SHIPPED and tracking_number in (None, order.tracking_number)
            return [] if repeated else NoSuchStep(status, OrderStatus.SHIPPED)
        case DeliverOrder():
            if status is OrderStatus.SHIPPED:
                return [OrderDelivered(status, order.tracking_number)]
            return [] if status is OrderStatus.DELIVERED else NoSuchStep(status, OrderStatus.DELIVERED)

        case EditDetails():
            return _edit(order, status, request) if status in NOT_YET_SHIPPED else NotEditable(status)
        case AddNote(text=text):
            return [NoteAdded(text)]

        case CancelOrder(reason=reason):
            if status in NOT_YET_SHIPPED:
                return [OrderCancelled(reason, status)]
            return [] if status is OrderStatus.CANCELLED else NotCancellable(status)
        case ExpireOrder(now=now):
            due = order.expires_at is not None and order.expires_at <= now
            expired = status is OrderStatus.PENDING and due
            return [OrderCancelled(CancelReason.EXPIRED, status)] if expired else []
        case _:
            assert_never(request)


def _edit(order: Order, status: OrderStatus, request: EditDetails) -> Sequence[DetailsEdited]:
    address = request.shipping_address.value if request.shipping_address else order.shipping_address
    notes = request.notes.value if request.notes else order.notes
    edited = {
        "shipping_address": address != order.shipping_address,
        "notes": notes != order.notes,
    }
    changes = tuple(field for field, differs in edited.items() if differs)
    return [DetailsEdited(status, changes, address, notes)] if changes else []
