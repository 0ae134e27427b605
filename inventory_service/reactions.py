"""What the inventory service hears, and what it does about it: the happy path first, then compensation."""

from inventory_service.domain.reservation import Line
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock, ReserveStock
from shared.contracts.orders import OrderCancelled, OrderCreated, OrderUpdated
from shared.contracts.payments import PaymentFailed
from shared.messaging.reactions import Heard, Reactions

PAYMENT_FAILED = "payment_failed"


def reserve_stock_when_order_created(heard: Heard[OrderCreated]) -> ReserveStock:
    lines = tuple(Line(item.sku, item.quantity) for item in heard.data.items)
    return ReserveStock(heard.data.order_id, lines)


def fulfil_reservation_when_order_shipped(heard: Heard[OrderUpdated]) -> FulfilReservation | None:
    return FulfilReservation(heard.data.order_id) if heard.data.status == "SHIPPED" else None


def release_stock_when_order_cancelled(heard: Heard[OrderCancelled]) -> ReleaseStock:
    return ReleaseStock(heard.data.order_id, heard.data.reason)


def release_stock_when_payment_failed(heard: Heard[PaymentFailed]) -> ReleaseStock:
    return ReleaseStock(heard.data.order_id, PAYMENT_FAILED)


REACTIONS: Reactions = {
    OrderCreated: reserve_stock_when_order_created,
    OrderUpdated: fulfil_reservation_when_order_shipped,
    OrderCancelled: release_stock_when_order_cancelled,
    PaymentFailed: release_stock_when_payment_failed,
}
