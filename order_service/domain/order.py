"""The order as its events have left it: the fold."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from order_service.domain.events import (
    DetailsEdited,
    Event,
    Line,
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
from order_service.domain.lifecycle import (
    CancelReason,
    FailureReason,
    OrderStatus,
    PaymentStatus,
    StockStatus,
)
from order_service.domain.money import NO_MONEY, Money


@dataclass(frozen=True, slots=True)
class Order:
    """`status` is None until the order is placed.

    `payment_version` and `stock_version` are the highest places in the payment's and the reservation's stream that
    the two views show: what is older changes no view. `payment_taken` is a fact, whatever the view shows since.
    """

    status: OrderStatus | None = None
    number: str = ""
    customer_id: str = ""
    lines: tuple[Line, ...] = ()
    total: Money = NO_MONEY
    payment_method: str = ""
    shipping_address: str | None = None
    notes: str | None = None
    expires_at: datetime | None = None
    reason: CancelReason | FailureReason | None = None
    note: str | None = None
    tracking_number: str | None = None
    payment_taken: bool = False
    payment_status: PaymentStatus = PaymentStatus.PENDING
    payment_version: int = 0
    refunded_total: Money = NO_MONEY
    stock_status: StockStatus = StockStatus.PENDING
    stock_version: int = 0


def evolve(order: Order, event: Event) -> Order:
    match event:
        case OrderPlaced():
            return replace(
                order,
                status=OrderStatus.PENDING,
                number=event.number,
                customer_id=event.customer_id,
                lines=event.lines,
                total=event.total,
                payment_method=event.payment_method,
                shipping_address=event.shipping_address,
                notes=event.notes,
                expires_at=event.expires_at,
                refunded_total=Money(0, event.total.currency),
            )

        case StockSecured(version):
            return _stock(order, version, StockStatus.RESERVED)
        case StockRefused(version):
            return _stock(order, version, StockStatus.REJECTED)
        case StockReturned(version):
            return _stock(order, version, StockStatus.RELEASED)

        case PaymentReceived(version):
            return replace(_payment(order, version, PaymentStatus.COMPLETED), payment_taken=True)
        case PaymentDeclined(version):
            return _payment(order, version, PaymentStatus.FAILED)
        case PaymentWithdrawn(version):
            return _payment(order, version, PaymentStatus.CANCELLED)
        case MoneyReturned(version, refunded_total, remaining):
            status = PaymentStatus.COMPLETED if remaining.amount else PaymentStatus.REFUNDED
            return _refunded(_payment(order, version, status), refunded_total)
        case RefundRefused(version):
            return _payment(order, version, PaymentStatus.REFUND_FAILED)

        case OrderConfirmed():
            return replace(order, status=OrderStatus.CONFIRMED)
        case ProcessingStarted():
            return replace(order, status=OrderStatus.PROCESSING)
        case OrderShipped():
            return replace(
                order,
                status=OrderStatus.SHIPPED,
                stock_status=StockStatus.FULFILLED,
                tracking_number=event.tracking_number,
            )
        case OrderDelivered():
            return replace(order, status=OrderStatus.DELIVERED)
        case DetailsEdited():
            return replace(order, shipping_address=event.shipping_address, notes=event.notes)
        case NoteAdded():
            return order

        case OrderFailed():
            return replace(order, status=OrderStatus.FAILED, reason=event.reason, note=event.detail)
        case OrderCancelled():
            return replace(order, status=OrderStatus.CANCELLED, reason=event.reason)
        case _:
            assert_never(event)


def _stock(order: Order, version: int, status: StockStatus) -> Order:
    if version <= order.stock_version:
        return order
    return replace(order, stock_status=status, stock_version=version)


def _payment(order: Order, version: int, status: PaymentStatus) -> Order:
    if version <= order.payment_version:
        return order
    return replace(order, payment_status=status, payment_version=version)


def _refunded(order: Order, refunded_total: Money) -> Order:
    """What was refunded only ever rises, so of any two totals that are heard the higher one is the newer."""
    if refunded_total.amount <= order.refunded_total.amount:
        return order
    return replace(order, refunded_total=refunded_total)
