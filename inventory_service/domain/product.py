"""A product: what the catalogue says about it, and what people do with its stock."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, assert_never

from inventory_service.domain.stock import Stock, fell_low

T = TypeVar("T")


class ProductStatus(StrEnum):
    """OUT_OF_STOCK is never set by anybody: it is how a product without available units is shown."""

    AVAILABLE = "AVAILABLE"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    DISCONTINUED = "DISCONTINUED"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What is said about a product. `prices`: minor units by ISO 4217 code; `low_stock_threshold`: units."""

    name: str
    created_at: datetime
    description: str = ""
    category: str = ""
    image: str = ""
    prices: dict[str, int] = field(default_factory=dict[str, int])
    low_stock_threshold: int = 0
    discontinued: bool = False


def product_status(entry: CatalogueEntry, available: int) -> ProductStatus:
    if entry.discontinued:
        return ProductStatus.DISCONTINUED
    return ProductStatus.AVAILABLE if available > 0 else ProductStatus.OUT_OF_STOCK


# Events. Each but the warning holds the whole product after it: it is published without another look.


@dataclass(frozen=True, slots=True)
class ProductCreated:
    entry: CatalogueEntry
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class ProductChanged:
    entry: CatalogueEntry
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class StockAdjusted:
    """People counted, received or wrote off `delta` units."""

    delta: int
    reason: str
    entry: CatalogueEntry
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class StockShipped:
    """An order's units left the building. Its reservation gave up its claim on them in the same commit."""

    order_id: str
    quantity: int
    entry: CatalogueEntry
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class LowStockReached:
    available: int
    threshold: int


ProductEvent = ProductCreated | ProductChanged | StockAdjusted | StockShipped | LowStockReached


# Fold


@dataclass(frozen=True, slots=True)
class Product:
    """`entry` is None until the product is created."""

    entry: CatalogueEntry | None = None


def evolve(product: Product, event: ProductEvent) -> Product:
    match event:
        case ProductCreated() | ProductChanged() | StockAdjusted() | StockShipped():
            return Product(event.entry)
        case LowStockReached():
            return product
        case _:
            assert_never(event)


# Decisions


@dataclass(frozen=True, slots=True)
class CreateProduct:
    sku: str
    entry: CatalogueEntry


@dataclass(frozen=True, slots=True)
class ChangeProduct:
    """What is None stays as it is."""

    sku: str
    name: str | None = None
    description: str | None = None
    category: str | None = None
    image: str | None = None
    prices: dict[str, int] | None = None
    low_stock_threshold: int | None = None
    discontinued: bool | None = None


@dataclass(frozen=True, slots=True)
class AdjustStock:
    sku: str
    delta: int
    reason: str


ProductCommand = CreateProduct | ChangeProduct | AdjustStock


@dataclass(frozen=True, slots=True)
class ProductExists:
    sku: str


@dataclass(frozen=True, slots=True)
class NoSuchProduct:
    sku: str


@dataclass(frozen=True, slots=True)
class BelowReserved:
    """The adjustment would leave fewer units than orders hold, or fewer than none."""

    sku: str
    on_hand: int
    reserved: int
    delta: int


ProductRefusal = ProductExists | NoSuchProduct | BelowReserved


def decide(
    product: Product, command: ProductCommand, stock: Stock
) -> Sequence[ProductEvent] | ProductRefusal:
    """A change that changes nothing is no event. `stock` is the product's own."""
    entry = product.entry
    match command:
        case CreateProduct():
            if entry is not None:
                return ProductExists(command.sku)
            return [ProductCreated(command.entry, stock.on_hand, stock.reserved)]
        case _ if entry is None:
            return NoSuchProduct(command.sku)
        case ChangeProduct():
            return _change(entry, command, stock)
        case AdjustStock():
            return _adjust(entry, command, stock)
        case _:
            assert_never(command)


def _change(entry: CatalogueEntry, change: ChangeProduct, stock: Stock) -> Sequence[ProductEvent]:
    changed = replace(
        entry,
        name=_given(change.name, entry.name),
        description=_given(change.description, entry.description),
        category=_given(change.category, entry.category),
        image=_given(change.image, entry.image),
        prices=_given(change.prices, entry.prices),
        low_stock_threshold=_given(change.low_stock_threshold, entry.low_stock_threshold),
        discontinued=_given(change.discontinued, entry.discontinued),
    )
    if changed == entry:
        return []
    after = Stock(stock.on_hand, stock.reserved, changed.low_stock_threshold)
    return [ProductChanged(changed, stock.on_hand, stock.reserved), *warning(stock, after)]


def _given(new: T | None, old: T) -> T:
    return old if new is None else new


def _adjust(
    entry: CatalogueEntry, command: AdjustStock, stock: Stock
) -> Sequence[ProductEvent] | BelowReserved:
    after = stock.add(command.delta)
    if after.available < 0:
        return BelowReserved(command.sku, stock.on_hand, stock.reserved, command.delta)
    adjusted = StockAdjusted(command.delta, command.reason, entry, after.on_hand, after.reserved)
    return [adjusted, *warning(stock, after)]


def warning(before: Stock, after: Stock) -> Sequence[LowStockReached]:
    """The one warning that belongs to a step down to low stock; nothing for any other step."""
    if fell_low(before, after):
        return [LowStockReached(after.available, after.low_stock_threshold)]
    return []
