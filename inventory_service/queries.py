"""Reading products, movements and reservations. Rows that only hold a place are not there for readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from inventory_service.domain.movements import Movement, MovementKind
from inventory_service.domain.product import CatalogueEntry, ProductStatus
from inventory_service.domain.reservation import Reservation, ReservationStatus
from inventory_service.domain.stock import Stock
from inventory_service.tables import PRODUCTS, RESERVATIONS, STOCK
from shared.database.reading import Found, Reader


@dataclass(frozen=True, slots=True)
class ProductFound:
    """A product with its stock. `version` and the times are of the product's own stream.

    `stock_version` rises with everything that changes any of it, reservations included.
    """

    sku: str
    version: int
    entry: CatalogueEntry
    stock: Stock
    stock_version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationFound:
    order_id: UUID
    version: int
    reservation: Reservation
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MovementFound:
    """`number` rises with every movement of the SKU."""

    number: int
    movement: Movement
    at: datetime


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What is None or empty does not filter. `text` is searched for in SKU, name, category and description."""

    text: str | None = None
    skus: Sequence[str] = ()
    category: str | None = None
    status: ProductStatus | None = None
    low_stock: bool | None = None


_PRODUCT = (
    "SELECT p.id, p.version, p.state::text, s.state::text, s.version, p.created_at, p.updated_at"
    " FROM products AS p JOIN stock AS s USING (id) WHERE p.version > 0"
)
_ONE_PRODUCT = text(f"{_PRODUCT} AND p.id = :sku")
_MATCHING = {
    "text": (
        "(p.id ILIKE :text OR p.name ILIKE :text OR p.category ILIKE :text"
        " OR p.state->'entry'->>'description' ILIKE :text)"
    ),
    "skus": "p.id = ANY(:skus)",
    "category": "p.category = :category",
    "low_stock": "s.low = :low_stock",
    "after": "p.id > :after",
}
_WITH_STATUS = {
    ProductStatus.AVAILABLE: "NOT p.discontinued AND s.available > 0",
    ProductStatus.OUT_OF_STOCK: "NOT p.discontinued AND s.available = 0",
    ProductStatus.DISCONTINUED: "p.discontinued",
}

_MOVEMENTS = (
    "SELECT number, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id::text, reason, at"
    " FROM movements WHERE sku = :sku"
)

# A status that is still NULL: only what ends the order was heard of it so far.
_RESERVATION = (
    "SELECT id, version, state::text, created_at, updated_at FROM reservations WHERE status IS NOT NULL"
)


class InventoryQueries:
    """Every method raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

    async def product(self, sku: str) -> ProductFound | None:
        rows = await self._reader.rows(_ONE_PRODUCT, {"sku": sku})
        return _product(rows[0]) if rows else None

    async def existing(self, skus: Sequence[str]) -> dict[str, ProductFound]:
        """Those of the products that exist, by SKU."""
        found = await self.products(ProductFilter(skus=skus), None, len(skus))
        return {product.sku: product for product in found}

    async def products(self, wanted: ProductFilter, after: str | None, limit: int) -> list[ProductFound]:
        """In the order of their SKUs, going on after `after`."""
        parameters: dict[str, Any] = {
            "text": None if wanted.text is None else f"%{_literally(wanted.text)}%",
            "skus": list(wanted.skus) or None,
            "category": wanted.category,
            "low_stock": wanted.low_stock,
            "after": after,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        conditions = [_MATCHING[name] for name in given]
        if wanted.status is not None:
            conditions.append(_WITH_STATUS[wanted.status])
        where = "".join(f" AND {condition}" for condition in conditions)
        statement = text(f"{_PRODUCT}{where} ORDER BY p.id LIMIT :limit")
        if "skus" in given:
            statement = statement.bindparams(bindparam("skus", type_=ARRAY(Text)))
        return [_product(row) for row in await self._reader.rows(statement, {**given, "limit": limit})]

    async def movements(self, sku: str, before: int | None, limit: int) -> list[MovementFound]:
        """The newest first, going on before the movement with the number `before`."""
        older = "" if before is None else " AND number < :before"
        statement = text(f"{_MOVEMENTS}{older} ORDER BY number DESC LIMIT :limit")
        given = {} if before is None else {"before": before}
        return [
            _movement(sku, row)
            for row in await self._reader.rows(statement, {"sku": sku, "limit": limit, **given})
        ]

    async def reservation(self, order_id: UUID) -> ReservationFound | None:
        found = await self.reservations(order_id, None, None, 1)
        return found[0] if found else None

    async def reservations(
        self, order_id: UUID | None, status: ReservationStatus | None, before: UUID | None, limit: int
    ) -> list[ReservationFound]:
        """Those of the newest orders first, going on before the order `before`."""
        given: dict[str, Any] = {"order_id": order_id, "status": status, "before": before}
        given = {name: value for name, value in given.items() if value is not None}
        conditions = {"order_id": "id = :order_id", "status": "status = :status", "before": "id < :before"}
        where = "".join(f" AND {conditions[name]}" for name in given)
        statement = text(f"{_RESERVATION}{where} ORDER BY id DESC LIMIT :limit")
        return [_reservation(row) for row in await self._reader.rows(statement, {**given, "limit": limit})]


def _product(row: Found) -> ProductFound:
    sku, version, state, stock, stock_version, created_at, updated_at = row
    entry = PRODUCTS.adapter.validate_json(state).entry
    if entry is None:
        raise ValueError(f"product {sku} has version {version} and no entry")
    return ProductFound(
        sku, version, entry, STOCK.adapter.validate_json(stock), stock_version, created_at, updated_at
    )


def _reservation(row: Found) -> ReservationFound:
    order_id, version, state, created_at, updated_at = row
    return ReservationFound(
        order_id, version, RESERVATIONS.adapter.validate_json(state), created_at, updated_at
    )


def _movement(sku: str, row: Found) -> MovementFound:
    number, kind, delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason, at = row
    movement = Movement(
        sku, MovementKind(kind), delta_on_hand, delta_reserved, on_hand, reserved, order_id, reason
    )
    return MovementFound(number, movement, at)


def _literally(wanted: str) -> str:
    """For LIKE: a percent sign that is searched for is not a wildcard."""
    return wanted.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
