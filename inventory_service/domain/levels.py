"""The stock of a SKU as it follows from what people and orders did, in the order in which it was committed."""

from collections.abc import Iterable

from inventory_service.domain.product import ProductChanged, ProductCreated, StockAdjusted, StockShipped
from inventory_service.domain.reservation import ReservationFulfilled, StockReleased, StockReserved
from inventory_service.domain.stock import Stock


def skus_moved(row_id: str, event: object) -> Iterable[str]:
    """The SKUs whose stock the event says something about; `row_id` is the SKU or order of its stream."""
    match event:
        case StockReserved(lines=lines) | StockReleased(lines=lines) | ReservationFulfilled(lines=lines):
            return [line.sku for line in lines]
        case ProductCreated() | ProductChanged() | StockAdjusted() | StockShipped():
            return (row_id,)
        case _:
            return ()


def level_after(stock: Stock, sku: str, event: object) -> Stock:
    match event:
        case StockReserved(lines=lines) | StockReleased(lines=lines) | ReservationFulfilled(lines=lines):
            line = next(line for line in lines if line.sku == sku)
            return Stock(line.on_hand, line.reserved, stock.low_stock_threshold)
        case ProductCreated() | ProductChanged() | StockAdjusted() | StockShipped():
            return Stock(event.on_hand, event.reserved, event.entry.low_stock_threshold)
        case _:
            return stock
