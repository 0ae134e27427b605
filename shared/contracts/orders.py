"""What the order service tells everybody."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.envelope import Contract, Currency, Instant, MinorUnits, Quantity

OrderStatus = Literal["PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "FAILED"]


class OrderContract(Contract):
    exchange: ClassVar[str] = "order_exchange"
    source: ClassVar[str] = "/order-service"


class PricedItem(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    sku: str = Field(min_length=1)
    quantity: Quantity
    unit_price: MinorUnits
    line_total: MinorUnits


class Item(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    sku: str = Field(min_length=1)
    quantity: Quantity


class OrderCreated(OrderContract):
    """An order was placed and is PENDING."""

    type: ClassVar[str] = "order.created"
    order_id: UUID
    number: str
    customer_id: str
    items: tuple[PricedItem, ...] = Field(min_length=1)
    total: MinorUnits
    currency: Currency
    payment_method: str
    expires_at: Instant


class OrderConfirmed(OrderContract):
    """Stock is reserved and the payment is taken."""

    type: ClassVar[str] = "order.confirmed"
    order_id: UUID
    items: tuple[Item, ...]
    total: MinorUnits
    currency: Currency


class OrderUpdated(OrderContract):
    """The order went on to PROCESSING, SHIPPED or DELIVERED, or its details were edited (`changes` names the fields)."""

    type: ClassVar[str] = "order.updated"
    order_id: UUID
    status: OrderStatus
    previous_status: OrderStatus
    changes: tuple[str, ...] = ()
    tracking_number: str | None = None


class OrderCancelled(OrderContract):
    """The order was ended by the shopper, by staff or by its expiry."""

    type: ClassVar[str] = "order.cancelled"
    order_id: UUID
    reason: Literal["customer_request", "staff_request", "expired"]
    previous_status: OrderStatus


class OrderFailed(OrderContract):
    """The order could not be fulfilled; what was done for it is being undone."""

    type: ClassVar[str] = "order.failed"
    order_id: UUID
    reason: Literal["payment_declined", "out_of_stock"]
    detail: str


CONTRACTS: tuple[type[Contract], ...] = (
    OrderCreated,
    OrderConfirmed,
    OrderUpdated,
    OrderCancelled,
    OrderFailed,
)
