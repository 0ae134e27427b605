"""The states of an order, and of what it knows about its payment and its stock.

Source: docs/specification.md, "States".
"""

from enum import StrEnum


class OrderStatus(StrEnum):
    """PENDING -> CONFIRMED -> PROCESSING -> SHIPPED -> DELIVERED, or an end in CANCELLED or FAILED."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    PROCESSING = "PROCESSING"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class PaymentStatus(StrEnum):
    """What the payment service last said. COMPLETED also while only a part has been refunded."""

    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REFUND_FAILED = "REFUND_FAILED"
    REFUNDED = "REFUNDED"


class StockStatus(StrEnum):
    """What the inventory service last said; FULFILLED once the order itself has shipped."""

    PENDING = "PENDING"
    RESERVED = "RESERVED"
    REJECTED = "REJECTED"
    RELEASED = "RELEASED"
    FULFILLED = "FULFILLED"


class CancelReason(StrEnum):
    CUSTOMER_REQUEST = "customer_request"
    STAFF_REQUEST = "staff_request"
    EXPIRED = "expired"


class FailureReason(StrEnum):
    PAYMENT_DECLINED = "payment_declined"
    OUT_OF_STOCK = "out_of_stock"


NOT_YET_SHIPPED = frozenset({OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING})
"""While in these an order can still be cancelled and its details can be edited."""
