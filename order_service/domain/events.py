"""What can happen to an order. Each event carries all that publishing it needs: nobody reads a table for that."""

from dataclasses import dataclass
from datetime import datetime

from order_service.domain.lifecycle import CancelReason, FailureReason, OrderStatus
from order_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order at the price that was agreed."""

    sku: str
    name: str
    quantity: int
    unit_price: Money

    @property
    def total(self) -> Money:
        return Money(self.unit_price.amount * self.quantity, self.unit_price.currency)


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """`shipping_address` and `notes` are sealed: the domain never sees what is in them."""

    number: str
    customer_id: str
    lines: tuple[Line, ...]
    total: Money
    payment_method: str
    shipping_address: str | None
    notes: str | None
    expires_at: datetime


# What the other services said. `stream_version` is the place of their event in their own stream.
@dataclass(frozen=True, slots=True)
class StockSecured:
    stream_version: int


@dataclass(frozen=True, slots=True)
class StockRefused:
    stream_version: int


@dataclass(frozen=True, slots=True)
class StockReturned:
    stream_version: int


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    stream_version: int


@dataclass(frozen=True, slots=True)
class PaymentDeclined:
    stream_version: int


@dataclass(frozen=True, slots=True)
class PaymentWithdrawn:
    """The payment ended before any money moved."""

    stream_version: int


@dataclass(frozen=True, slots=True)
class MoneyReturned:
    """A refund succeeded; `refunded_total` and `remaining` are the values after it."""

    stream_version: int
    refunded_total: Money
    remaining: Money


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The provider refused a refund: the money is still with us."""

    stream_version: int


# What became of the order.
@dataclass(frozen=True, slots=True)
class OrderConfirmed:
    lines: tuple[Line, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class ProcessingStarted:
    previous_status: OrderStatus


@dataclass(frozen=True, slots=True)
class OrderShipped:
    previous_status: OrderStatus
    tracking_number: str | None


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    previous_status: OrderStatus
    tracking_number: str | None


@dataclass(frozen=True, slots=True)
class DetailsEdited:
    """`changes` names the edited fields; the two values are those after the edit, sealed."""

    status: OrderStatus
    changes: tuple[str, ...]
    shipping_address: str | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """Staff wrote about the order; `text` is sealed. The order itself stays as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """`detail` says it in words for people, such as the provider's message."""

    reason: FailureReason
    detail: str


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    reason: CancelReason
    previous_status: OrderStatus


Event = (
    OrderPlaced
    | StockSecured
    | StockRefused
    | StockReturned
    | PaymentReceived
    | PaymentDeclined
    | PaymentWithdrawn
    | MoneyReturned
    | RefundRefused
    | OrderConfirmed
    | ProcessingStarted
    | OrderShipped
    | OrderDelivered
    | DetailsEdited
    | NoteAdded
    | OrderFailed
    | OrderCancelled
)
