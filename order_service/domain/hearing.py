"""What the payment and inventory services said, in any order and any number of times."""

from collections.abc import Sequence
from typing import assert_never

from order_service.domain.commands import (
    Note,
    NotePaymentCancelled,
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteRefundFailed,
    NoteStockRefused,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.events import (
    Event,
    MoneyReturned,
    OrderConfirmed,
    OrderFailed,
    PaymentDeclined,
    PaymentReceived,
    PaymentWithdrawn,
    RefundRefused,
    StockRefused,
    StockReturned,
    StockSecured,
)
from order_service.domain.lifecycle import FailureReason, OrderStatus, StockStatus
from order_service.domain.order import Order, evolve


def hear(order: Order, note: Note) -> Sequence[Event]:
    """Only being reserved, taken, refused or declined decides anything, and only while PENDING; the rest is shown."""
    pending = order.status is OrderStatus.PENDING
    match note:
        case NoteStockReserved(stream_version=version):
            # Not newer: a repeat, or the reservation was released since and is void.
            return _confirmed_by(order, StockSecured(version)) if version > order.stock_version else []
        case NotePaymentTaken(stream_version=version):
            # Taken is taken, however old the news: only the view goes by the version.
            return [] if order.payment_taken else _confirmed_by(order, PaymentReceived(version))

        case NotePaymentFailed(stream_version=version) if version > order.payment_version:
            failed = OrderFailed(FailureReason.PAYMENT_DECLINED, note.detail)
            return [PaymentDeclined(version), failed] if pending else [PaymentDeclined(version)]
        case NoteStockRefused(stream_version=version) if version > order.stock_version:
            failed = OrderFailed(FailureReason.OUT_OF_STOCK, note.detail)
            return [StockRefused(version), failed] if pending else [StockRefused(version)]

        case NoteStockReleased(stream_version=version) if version > order.stock_version:
            return [StockReturned(version)]
        case NotePaymentCancelled(stream_version=version) if version > order.payment_version:
            return [PaymentWithdrawn(version)]
        case NotePaymentRefunded(stream_version=version) if (
            version > order.payment_version or note.refunded_total.amount > order.refunded_total.amount
        ):
            return [MoneyReturned(version, note.refunded_total, note.remaining)]
        case NoteRefundFailed(stream_version=version) if version > order.payment_version:
            return [RefundRefused(version)]

        case (
            NotePaymentFailed()
            | NoteStockRefused()
            | NoteStockReleased()
            | NotePaymentCancelled()
            | NotePaymentRefunded()
            | NoteRefundFailed()
        ):
            return []
        case _:
            assert_never(note)


def _confirmed_by(order: Order, news: StockSecured | PaymentReceived) -> Sequence[Event]:
    """The news, and the confirmation when with it both the stock and the money are there."""
    after = evolve(order, news)
    both = after.stock_status is StockStatus.RESERVED and after.payment_taken
    if order.status is OrderStatus.PENDING and both:
        return [news, OrderConfirmed(order.lines, order.total)]
    return [news]
