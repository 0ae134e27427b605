"""The rows that the order service keeps: its orders, and its copy of the catalogue."""

from order_service.domain.events import (
    DetailsEdited,
    Event,
    MoneyReturned,
    NoteAdded,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderFailed,
    OrderPlaced,
    OrderShipped,
    PaymentDeclined,
    PaymentReceived,
    PaymentWithdrawn,
    ProcessingStarted,
    RefundRefused,
    StockRefused,
    StockReturned,
    StockSecured,
)
from order_service.domain.listings import Listing
from order_service.domain.order import Order, evolve
from shared.eventsourcing.rows import Aggregate, Table

ORDERS: Aggregate[Order, Event] = Aggregate(
    name="orders",
    id_type="uuid",
    state_type=Order,
    initial=Order(),
    prefix="order",
    # These names are on disk: add a version beside one, never edit one.
    events={
        "order.created": OrderPlaced,
        "order.stock_secured": StockSecured,
        "order.payment_received": PaymentReceived,
        "order.confirmed": OrderConfirmed,
        "order.processing_started": ProcessingStarted,
        "order.shipped": OrderShipped,
        "order.delivered": OrderDelivered,
        "order.details_edited": DetailsEdited,
        "order.payment_declined": PaymentDeclined,
        "order.stock_refused": StockRefused,
        "order.failed": OrderFailed,
        "order.cancelled": OrderCancelled,
        "order.stock_returned": StockReturned,
        "order.payment_withdrawn": PaymentWithdrawn,
        "order.money_returned": MoneyReturned,
        "order.refund_refused": RefundRefused,
        "order.note_added": NoteAdded,
    },
    evolve=evolve,
)

LISTINGS: Table[Listing] = Table(name="listings", id_type="text", state_type=Listing, initial=Listing())
"""A copy kept from `inventory.updated`: its versions are the inventory service's."""
