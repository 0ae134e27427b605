"""What clients get. Documents are built as they are stored and sent; the models say what is in them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, TypeAdapter

from order_service.domain.lifecycle import CancelReason, FailureReason, PaymentStatus, StockStatus
from order_service.domain.lifecycle import OrderStatus as Status
from order_service.domain.order import Order
from shared.eventsourcing.rows import Row

_TIMES = TypeAdapter(tuple[datetime | None, ...])


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


class AuthorResource(Resource):
    subject: str
    role: str


class NoteResource(Resource):
    """An internal note. `text` is null once the customer's personal data were erased."""

    id: UUID
    text: str | None
    author: AuthorResource
    created_at: AwareDatetime


class BulkResult(Resource):
    """What became of one order. `type` and `detail` are those of the problem when it was refused."""

    id: UUID
    outcome: Literal["ok", "refused"]
    status: int
    type: str | None
    detail: str | None


class BulkAnswer(Resource):
    results: list[BulkResult]


def order_document(order_id: UUID | str, row: Row[Order]) -> dict[str, JsonValue]:
    """An OrderResource whose personal fields are still sealed. The row is that of an order that exists."""
    order = row.state
    created_at, updated_at, expires_at = _TIMES.dump_python(
        (row.created_at, row.updated_at, order.expires_at), mode="json"
    )
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
        "created_at": created_at,
        "updated_at": updated_at,
        "expires_at": expires_at,
    }
