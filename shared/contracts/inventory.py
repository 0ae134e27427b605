"""What the inventory service tells everybody."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.envelope import Contract, Count, Currency, Instant, MinorUnits, Quantity, Version

ProductStatus = Literal["AVAILABLE", "OUT_OF_STOCK", "DISCONTINUED"]


class InventoryContract(Contract):
    exchange: ClassVar[str] = "inventory_exchange"
    source: ClassVar[str] = "/inventory-service"


class StockLine(BaseModel):
    """`available` is the SKU's stock left for others after the event."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    sku: str = Field(min_length=1)
    quantity: Quantity
    available: Count


class ShortLine(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    sku: str = Field(min_length=1)
    requested: Quantity
    available: Count


class InventoryReserved(InventoryContract):
    """Every line of the order is reserved."""

    type: ClassVar[str] = "inventory.reserved"
    order_id: UUID
    lines: tuple[StockLine, ...]


class InventoryReservationFailed(InventoryContract):
    """The reservation was refused as a whole; `lines` are those that fell short."""

    type: ClassVar[str] = "inventory.reservation_failed"
    order_id: UUID
    reason: str
    lines: tuple[ShortLine, ...]


class InventoryReleased(InventoryContract):
    """The order holds no stock any more; `lines` is empty when it never held any."""

    type: ClassVar[str] = "inventory.released"
    order_id: UUID
    reason: str
    lines: tuple[StockLine, ...]


class InventoryUpdated(InventoryContract):
    """A product was created or changed, or its stock was adjusted or shipped. The whole product as it then was."""

    type: ClassVar[str] = "inventory.updated"
    about_order: ClassVar[bool] = False
    cause: Literal["created", "changed", "adjusted", "shipped"]
    sku: str = Field(min_length=1)
    name: str
    description: str
    category: str
    image: str
    status: ProductStatus
    prices: dict[Currency, MinorUnits]
    on_hand: Count
    reserved: Count
    available: Count
    low_stock_threshold: Count
    version: Version
    created_at: Instant
    updated_at: Instant


class InventoryLowStock(InventoryContract):
    """`available` crossed the threshold downwards; told once per crossing."""

    type: ClassVar[str] = "inventory.low_stock"
    about_order: ClassVar[bool] = False
    sku: str = Field(min_length=1)
    available: Count
    threshold: Count


CONTRACTS: tuple[type[Contract], ...] = (
    InventoryReserved,
    InventoryReservationFailed,
    InventoryReleased,
    InventoryUpdated,
    InventoryLowStock,
)
