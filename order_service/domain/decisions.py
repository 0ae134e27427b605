"""An order's decider: what a command comes to, given the order as it is. No clock, no I/O, any order of arrival."""

from collections.abc import Mapping, Sequence

from order_service.domain.commands import (
    AddNote,
    CancelOrder,
    DeliverOrder,
    EditDetails,
    ExpireOrder,
    OrderCommand,
    PlaceOrder,
    ShipOrder,
    StartProcessing,
)
from order_service.domain.events import Event
from order_service.domain.hearing import hear
from order_service.domain.listings import Listing
from order_service.domain.order import Order
from order_service.domain.placing import place
from order_service.domain.refusals import Refusal
from order_service.domain.steering import steer


class OrderMissing(Exception):
    """Others act on an order that is not here. They heard of it from us, so this database has lost it since.

    Raised, so that the event is kept as a dead letter: somebody may have been charged.
    """


NO_LISTINGS: Mapping[str, Listing] = {}


def decide(
    order: Order, command: OrderCommand, listings: Mapping[str, Listing] = NO_LISTINGS
) -> Sequence[Event] | Refusal:
    """The events to append, none for a repeat, or why not. `listings`: known products by SKU, for PlaceOrder.

    Raises OrderMissing when others speak of an order that was never placed.
    """
    match command:
        case PlaceOrder():
            return place(order, command, listings)
        case (
            StartProcessing()
            | ShipOrder()
            | DeliverOrder()
            | EditDetails()
            | AddNote()
            | CancelOrder()
            | ExpireOrder()
        ):
            return steer(order, command)
        case note if order.status is None:
            raise OrderMissing(f"{type(note).__name__}, of an order that was never placed here")
        case note:
            return hear(order, note)
