"""What the inventory service tells others of what happened to stock and products; the rest stays at home."""

from typing import Literal
from uuid import UUID

from inventory_service.domain.product import (
    LowStockReached,
    ProductChanged,
    ProductCreated,
    StockAdjusted,
    StockShipped,
    product_status,
)
from inventory_service.domain.reservation import ReservationRefused, StockReleased, StockReserved
from inventory_service.domain.reservation import StockLine as Moved
from shared.contracts import Contract
from shared.contracts.inventory import (
    InventoryLowStock,
    InventoryReleased,
    InventoryReservationFailed,
    InventoryReserved,
    InventoryUpdated,
    ShortLine,
    StockLine,
)
from shared.eventsourcing.recorded import Recorded

Cause = Literal["created", "changed", "adjusted", "shipped"]


def publish(recorded: Recorded) -> Contract | None:
    """The public form of a stored event, from the event alone; None for what concerns nobody else."""
    match recorded.event:
        case StockReserved(lines):
            return InventoryReserved(order_id=UUID(recorded.row_id), lines=_lines(lines))
        case ReservationRefused(reason, _, short):
            lines = tuple(
                ShortLine(sku=line.sku, requested=line.requested, available=line.available) for line in short
            )
            return InventoryReservationFailed(order_id=UUID(recorded.row_id), reason=reason, lines=lines)
        case StockReleased(reason, lines):
            return InventoryReleased(order_id=UUID(recorded.row_id), reason=reason, lines=_lines(lines))
        case ProductCreated() as event:
            return _updated(recorded, event, "created")
        case ProductChanged() as event:
            return _updated(recorded, event, "changed")
        case StockAdjusted() as event:
            return _updated(recorded, event, "adjusted")
        case StockShipped() as event:
            return _updated(recorded, event, "shipped")
        case LowStockReached(available, threshold):
            return InventoryLowStock(sku=recorded.row_id, available=available, threshold=threshold)
        case _:
            return None


def _lines(moved: tuple[Moved, ...]) -> tuple[StockLine, ...]:
    return tuple(
        StockLine(sku=line.sku, quantity=line.quantity, available=line.on_hand - line.reserved)
        for line in moved
    )


def _updated(
    recorded: Recorded, event: ProductCreated | ProductChanged | StockAdjusted | StockShipped, cause: Cause
) -> InventoryUpdated:
    entry = event.entry
    available = event.on_hand - event.reserved
    return InventoryUpdated(
        cause=cause,
        sku=recorded.row_id,
        name=entry.name,
        description=entry.description,
        category=entry.category,
        image=entry.image,
        status=product_status(entry, available).value,
        prices=entry.prices,
        on_hand=event.on_hand,
        reserved=event.reserved,
        available=available,
        low_stock_threshold=entry.low_stock_threshold,
        version=recorded.version,
        created_at=entry.created_at,
        updated_at=recorded.time,
    )
