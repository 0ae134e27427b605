"""What an order's page must show in the end: the newest that the payment and inventory services said of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from order_service.domain.lifecycle import OrderStatus, PaymentStatus, StockStatus
from order_service.domain.order import Order
from order_service.reactions import REACTIONS
from shared.contracts.inventory import (
    InventoryContract,
    InventoryReleased,
    InventoryReservationFailed,
    InventoryReserved,
)
from shared.contracts.payments import (
    PaymentCancelled,
    PaymentContract,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from shared.messaging.reactions import Heard


def outdated_views(orders: Mapping[str, Order], published: Sequence[Heard[Any]]) -> Iterable[str]:
    """One sentence for every view that does not show the newest event of its stream that the order service hears."""
    for order_id, order in orders.items():
        heard = [h for h in published if h.subject == order_id and type(h.data) in REACTIONS]
        money = _newest(h for h in heard if isinstance(h.data, PaymentContract))
        if money and (order.payment_version, order.payment_status) != (money.stream_version, _shown(money)):
            yield f"order {order_id} shows {order.payment_status}, the newest is {money.type}"
        returned = max(
            (h.data.refunded_total for h in heard if isinstance(h.data, PaymentRefunded)), default=0
        )
        if order.refunded_total.amount != returned:
            yield f"order {order_id} shows {order.refunded_total} refunded, {returned} were"
        stock = _newest(h for h in heard if isinstance(h.data, InventoryContract))
        if stock and (order.stock_version, order.stock_status) != (
            stock.stream_version,
            _stock(order, stock),
        ):
            yield f"order {order_id} shows {order.stock_status}, the newest is {stock.type}"


def _newest(heard: Iterable[Heard[Any]]) -> Heard[Any] | None:
    return max(heard, key=lambda h: h.stream_version, default=None)


def _shown(heard: Heard[Any]) -> PaymentStatus:
    match heard.data:
        case PaymentProcessed():
            return PaymentStatus.COMPLETED
        case PaymentFailed():
            return PaymentStatus.FAILED
        case PaymentCancelled():
            return PaymentStatus.CANCELLED
        case PaymentRefunded(remaining=remaining):
            return PaymentStatus.COMPLETED if remaining else PaymentStatus.REFUNDED
        case PaymentRefundFailed():
            return PaymentStatus.REFUND_FAILED
        case other:
            raise AssertionError(f"the order does not hear {other}")


def _stock(order: Order, heard: Heard[Any]) -> StockStatus:
    if order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        return StockStatus.FULFILLED
    match heard.data:
        case InventoryReserved():
            return StockStatus.RESERVED
        case InventoryReservationFailed():
            return StockStatus.REJECTED
        case InventoryReleased():
            return StockStatus.RELEASED
        case other:
            raise AssertionError(f"the order does not hear {other}")
