"""What the API answers: docs/specification.md, "Resources". Documented there, built here from what the domain knows."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from inventory_service.domain.movements import Movement, MovementKind
from inventory_service.domain.product import ProductStatus, product_status
from inventory_service.domain.reservation import ReservationStatus
from inventory_service.queries import ProductFound, ReservationFound


class ProductResource(BaseModel):
    """`prices` are minor units by ISO 4217 code; `version` rises with what people do, not with every reservation."""

    sku: str
    name: str
    description: str
    category: str
    image: str
    status: ProductStatus
    prices: dict[str, int]
    on_hand: int
    reserved: int
    available: int
    low_stock_threshold: int
    version: int
    created_at: datetime
    updated_at: datetime


class LineResource(BaseModel):
    sku: str
    quantity: int


class ReservationResource(BaseModel):
    """`lines` is what was asked for, one per SKU; empty when the order was over before it was heard of."""

    order_id: UUID
    status: ReservationStatus
    lines: list[LineResource]
    reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class MovementResource(BaseModel):
    """`on_hand` and `reserved` are the SKU's after it."""

    sku: str
    kind: MovementKind
    delta_on_hand: int
    delta_reserved: int
    on_hand: int
    reserved: int
    order_id: UUID | None
    reason: str | None
    at: datetime


def product_resource(found: ProductFound) -> ProductResource:
    entry, stock = found.entry, found.stock
    return ProductResource(
        sku=found.sku,
        name=entry.name,
        description=entry.description,
        category=entry.category,
        image=entry.image,
        status=product_status(entry, stock.available),
        prices=entry.prices,
        on_hand=stock.on_hand,
        reserved=stock.reserved,
        available=stock.available,
        low_stock_threshold=entry.low_stock_threshold,
        version=found.version,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def reservation_resource(found: ReservationFound) -> ReservationResource:
    reservation = found.reservation
    if reservation.status is None:
        raise ValueError(f"the order {found.order_id} was not heard of yet")
    return ReservationResource(
        order_id=found.order_id,
        status=reservation.status,
        lines=[LineResource(sku=line.sku, quantity=line.quantity) for line in reservation.lines],
        reason=reservation.reason,
        version=found.version,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def movement_resource(movement: Movement, at: datetime) -> MovementResource:
    return MovementResource(
        sku=movement.sku,
        kind=movement.kind,
        delta_on_hand=movement.delta_on_hand,
        delta_reserved=movement.delta_reserved,
        on_hand=movement.on_hand,
        reserved=movement.reserved,
        order_id=None if movement.order_id is None else UUID(movement.order_id),
        reason=movement.reason,
        at=at,
    )
