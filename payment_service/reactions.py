"""What the payment service hears, and what it does about it: the happy path first, then compensation."""

from payment_service.domain.commands import (
    CancelPayment,
    NoteStockRefused,
    NoteStockReserved,
    RecordPayment,
)
from payment_service.domain.money import Money
from shared.contracts.inventory import InventoryReservationFailed, InventoryReserved
from shared.contracts.orders import OrderCancelled, OrderCreated
from shared.eventsourcing.ids import derived_id
from shared.messaging.reactions import Heard, Reactions


def record_payment_when_order_created(heard: Heard[OrderCreated]) -> RecordPayment:
    order = heard.data
    return RecordPayment(
        order_id=order.order_id,
        payment_id=derived_id(order.order_id, "payment"),
        customer_id=order.customer_id,
        price=Money(order.total, order.currency),
        method=order.payment_method,
    )


def charge_when_stock_reserved(heard: Heard[InventoryReserved]) -> NoteStockReserved:
    """Charged once the order itself has arrived as well."""
    return NoteStockReserved(heard.data.order_id)


def cancel_payment_when_stock_refused(heard: Heard[InventoryReservationFailed]) -> NoteStockRefused:
    return NoteStockRefused(heard.data.order_id)


def cancel_or_return_payment_when_order_cancelled(heard: Heard[OrderCancelled]) -> CancelPayment:
    return CancelPayment(heard.data.order_id, heard.data.reason)


REACTIONS: Reactions = {
    OrderCreated: record_payment_when_order_created,
    InventoryReserved: charge_when_stock_reserved,
    InventoryReservationFailed: cancel_payment_when_stock_refused,
    OrderCancelled: cancel_or_return_payment_when_order_cancelled,
}
