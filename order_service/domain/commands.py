"""What can be asked of an order, and what can be noted on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from order_service.domain.lifecycle import CancelReason
from order_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class WantedLine:
    """`expected_unit_price` is the price that the client saw, in minor units; None: whatever it costs now."""

    sku: str
    quantity: int
    expected_unit_price: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """`shipping_address` and `notes` are sealed before they come here."""

    order_id: UUID
    number: str
    customer_id: str
    lines: tuple[WantedLine, ...]
    currency: str
    payment_method: str
    expires_at: datetime
    shipping_address: str | None = None
    notes: str | None = None


# Heard from inventory. `stream_version` is the place of what was heard in the reservation's stream.
@dataclass(frozen=True, slots=True)
class NoteStockReserved:
    order_id: UUID
    stream_version: int


@dataclass(frozen=True, slots=True)
class NoteStockRefused:
    order_id: UUID
    stream_version: int
    detail: str


@dataclass(frozen=True, slots=True)
class NoteStockReleased:
    order_id: UUID
    stream_version: int


# Heard from payment. `stream_version` is the place of what was heard in the payment's stream.
@dataclass(frozen=True, slots=True)
class NotePaymentTaken:
    order_id: UUID
    stream_version: int


@dataclass(frozen=True, slots=True)
class NotePaymentFailed:
    order_id: UUID
    stream_version: int
    detail: str


@dataclass(frozen=True, slots=True)
class NotePaymentCancelled:
    order_id: UUID
    stream_version: int


@dataclass(frozen=True, slots=True)
class NotePaymentRefunded:
    order_id: UUID
    stream_version: int
    refunded_total: Money
    remaining: Money


@dataclass(frozen=True, slots=True)
class NoteRefundFailed:
    order_id: UUID
    stream_version: int


# Asked by shoppers, staff and the clock.
@dataclass(frozen=True, slots=True)
class StartProcessing:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class ShipOrder:
    order_id: UUID
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class DeliverOrder:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class Edit:
    """The new value of a sealed field; None empties it."""

    value: str | None


@dataclass(frozen=True, slots=True)
class EditDetails:
    """A field that is None stays as it is."""

    order_id: UUID
    shipping_address: Edit | None = None
    notes: Edit | None = None


@dataclass(frozen=True, slots=True)
class AddNote:
    """What staff write about the order for each other; `text` is sealed before it comes here."""

    order_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_id: UUID
    reason: CancelReason


@dataclass(frozen=True, slots=True)
class ExpireOrder:
    """Cancels the order if it is still PENDING at `now`, past its expiry."""

    order_id: UUID
    now: datetime


Note = (
    NoteStockReserved
    | NoteStockRefused
    | NoteStockReleased
    | NotePaymentTaken
    | NotePaymentFailed
    | NotePaymentCancelled
    | NotePaymentRefunded
    | NoteRefundFailed
)
Request = StartProcessing | ShipOrder | DeliverOrder | EditDetails | AddNote | CancelOrder | ExpireOrder
OrderCommand = PlaceOrder | Note | Request
