"""What clients get. Documents are built as they are stored and sent; the models say what is in them."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue

from order_service.domain.lifecycle import CancelReason, FailureReason, PaymentStatus, StockStatus
from order_service.domain.lifecycle import OrderStatus as Status
from order_service.domain.order import Order
from order_service.publishing import publish
from order_service.queries import Remembered
from order_service.tables import ORDERS
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.rows import Row

_CODEC = Codec([ORDERS])


class Resource(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ItemResource(Resource):
    sku: str
    name: str
    quantity: int
    unit_price: int
    line_total: int


class AddressResource(Resource):
    name: str
    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str
    country: str
    email: str | None


class OrderResource(Resource):
    """An order. Money is in minor units of `currency`.

    `reason` says why it was cancelled or failed, `note` the same in words; `notes` are the customer's own.
    """

    id: UUID
    number: str
    status: Status
    customer_id: str
    currency: str
    items: list[ItemResource]
    total: int
    refunded_total: int
    payment_method: str
    payment_status: PaymentStatus
    stock_status: StockStatus
    reason: CancelReason | FailureReason | None
    note: str | None
    shipping_address: AddressResource | None
    notes: str | None
    tracking_number: str | None
    version: int
    created_at: AwareDatetime
    updated_at: AwareDatetime
    expires_at: AwareDatetime


class ActorResource(Resource):
    subject: str
    role: str


class HistoryItem(Resource):
    """One event of the order. `published`: others may hear of it, and the relay has told them."""

    id: UUID
    type: str
    version: int
    time: AwareDatetime
    data: dict[str, JsonValue]
    actor: ActorResource
    correlation_id: UUID
    causation_id: UUID
    published: bool


class OrderPage(Resource):
    items: list[OrderResource]
    next_cursor: str | None


class HistoryPage(Resource):
    items: list[HistoryItem]
    next_cursor: str | None


def order_document(order_id: UUID | str, row: Row[Order]) -> dict[str, JsonValue]:
    """An OrderResource whose personal fields are still sealed. The row is that of an order that exists."""
    order = row.state
    return {
        "id": str(order_id),
        "number": order.number,
        "status": order.status,
        "customer_id": order.customer_id,
        "currency": order.total.currency,
        "items": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": line.unit_price.amount,
                "line_total": line.total.amount,
            }
            for line in order.lines
        ],
        "total": order.total.amount,
        "refunded_total": order.refunded_total.amount,
        "payment_method": order.payment_method,
        "payment_status": order.payment_status,
        "stock_status": order.stock_status,
        "reason": order.reason,
        "note": order.note,
        "shipping_address": order.shipping_address,
        "notes": order.notes,
        "tracking_number": order.tracking_number,
        "version": row.version,
        "created_at": _rfc3339(row.created_at),
        "updated_at": _rfc3339(row.updated_at),
        "expires_at": _rfc3339(order.expires_at),
    }


def event_data(remembered: Remembered) -> dict[str, JsonValue]:
    """The event as it is stored, personal fields sealed."""
    return orjson.loads(_CODEC.encode(remembered.event.type, remembered.event.event))


def history_document(remembered: Remembered, data: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """A HistoryItem with these data, which are the event's, opened."""
    event = remembered.event
    return {
        "id": str(event.id),
        "type": event.type,
        "version": event.version,
        "time": _rfc3339(event.time),
        "data": data,
        "actor": {"subject": event.actor.subject, "role": event.actor.role},
        "correlation_id": str(event.correlation_id),
        "causation_id": str(event.causation_id),
        "published": remembered.relayed and publish(event) is not None,
    }


def _rfc3339(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
