"""What the order service hears, and what it does about it: the happy path first, then compensation."""

from order_service.domain.commands import (
    NotePaymentCancelled,
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteRefundFailed,
    NoteStockRefused,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.money import Money
from shared.contracts.inventory import (
    InventoryReleased,
    InventoryReservationFailed,
    InventoryReserved,
    InventoryUpdated,
)
from shared.contracts.payments import (
    PaymentCancelled,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from shared.messaging.reactions import Heard, Reactions


def keep_listing_when_product_updated(heard: Heard[InventoryUpdated]) -> RecordListing:
    product = heard.data
    return RecordListing(
        sku=product.sku,
        version=product.version,
        listing=Listing(product.name, product.prices, discontinued=product.status == "DISCONTINUED"),
    )


def confirm_order_when_stock_reserved(heard: Heard[InventoryReserved]) -> NoteStockReserved:
    """Confirmed once the payment is taken as well."""
    return NoteStockReserved(heard.data.order_id, heard.stream_version)


def confirm_order_when_payment_taken(heard: Heard[PaymentProcessed]) -> NotePaymentTaken:
    """Confirmed once the stock is reserved as well."""
    return NotePaymentTaken(heard.data.order_id, heard.stream_version)


def fail_order_when_payment_declined(heard: Heard[PaymentFailed]) -> NotePaymentFailed:
    return NotePaymentFailed(heard.data.order_id, heard.stream_version, detail=heard.data.message)


def fail_order_when_stock_refused(heard: Heard[InventoryReservationFailed]) -> NoteStockRefused:
    short = ", ".join(
        f"{line.sku}: {line.requested} wanted, {line.available} available" for line in heard.data.lines
    )
    return NoteStockRefused(heard.data.order_id, heard.stream_version, detail=short or heard.data.reason)


def show_stock_returned_when_released(heard: Heard[InventoryReleased]) -> NoteStockReleased:
    return NoteStockReleased(heard.data.order_id, heard.stream_version)


def show_payment_withdrawn_when_cancelled(heard: Heard[PaymentCancelled]) -> NotePaymentCancelled:
    return NotePaymentCancelled(heard.data.order_id, heard.stream_version)


def show_money_returned_when_refunded(heard: Heard[PaymentRefunded]) -> NotePaymentRefunded:
    refund = heard.data
    return NotePaymentRefunded(
        refund.order_id,
        heard.stream_version,
        refunded_total=Money(refund.refunded_total, refund.currency),
        remaining=Money(refund.remaining, refund.currency),
    )


def show_refund_refused_when_refund_failed(heard: Heard[PaymentRefundFailed]) -> NoteRefundFailed:
    return NoteRefundFailed(heard.data.order_id, heard.stream_version)


REACTIONS: Reactions = {
    InventoryUpdated: keep_listing_when_product_updated,
    InventoryReserved: confirm_order_when_stock_reserved,
    PaymentProcessed: confirm_order_when_payment_taken,
    PaymentFailed: fail_order_when_payment_declined,
    InventoryReservationFailed: fail_order_when_stock_refused,
    InventoryReleased: show_stock_returned_when_released,
    PaymentCancelled: show_payment_withdrawn_when_cancelled,
    PaymentRefunded: show_money_returned_when_refunded,
    PaymentRefundFailed: show_refund_refused_when_refund_failed,
}
