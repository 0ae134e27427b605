"""Given, when, then for orders: what was done before, what is done now, what comes of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

from order_service.domain.commands import (
    NotePaymentTaken,
    NoteStockReserved,
    OrderCommand,
    PlaceOrder,
    ShipOrder,
    StartProcessing,
    WantedLine,
)
from order_service.domain.decisions import decide
from order_service.domain.events import Event
from order_service.domain.listings import Listing
from order_service.domain.order import Order, evolve
from order_service.domain.refusals import Refusal

ORDER_ID = UUID("0197f3a0-0000-7000-8000-000000000001")
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
EXPIRES_AT = NOW + timedelta(minutes=15)

LISTINGS: Mapping[str, Listing] = {
    "MUG-1": Listing("Mug", {"USD": 1999, "EUR": 1849}),
    "TEA-1": Listing("Tea", {"USD": 500}),
    "OLD-1": Listing("Old mug", {"USD": 100}, discontinued=True),
}

PLACE = PlaceOrder(
    order_id=ORDER_ID,
    number="EF-7K3Q9M",
    customer_id="c-1",
    lines=(WantedLine("MUG-1", 2), WantedLine("TEA-1", 1)),
    currency="USD",
    payment_method="pm_card_visa",
    expires_at=EXPIRES_AT,
    shipping_address="sealed address",
    notes="sealed notes",
)
RESERVED = NoteStockReserved(ORDER_ID, 1)
TAKEN = NotePaymentTaken(ORDER_ID, 3)
CONFIRMED = (PLACE, RESERVED, TAKEN)
PROCESSING = (*CONFIRMED, StartProcessing(ORDER_ID))
SHIPPED = (*PROCESSING, ShipOrder(ORDER_ID, "TRACK-1"))


def given(*commands: OrderCommand) -> Order:
    """The order after all of these, whatever each of them came to."""
    return reduce(carried_out, commands, Order())


def carried_out(order: Order, command: OrderCommand) -> Order:
    outcome = when(order, command)
    return after(order, outcome) if isinstance(outcome, Sequence) else order


def when(order: Order, command: OrderCommand) -> Sequence[Event] | Refusal:
    return decide(order, command, LISTINGS)


def after(order: Order, events: Iterable[Event]) -> Order:
    return reduce(evolve, events, order)
