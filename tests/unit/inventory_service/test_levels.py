"""How the stock of a SKU follows, event by event, from both kinds of streams."""

from inventory_service.domain import levels
from inventory_service.domain.product import LowStockReached, ProductCreated, StockAdjusted, StockShipped
from inventory_service.domain.reservation import (
    CancellationRemembered,
    ReservationFulfilled,
    StockLine,
    StockReleased,
    StockReserved,
)
from inventory_service.domain.stock import Stock
from tests.unit.inventory_service.memory import entry, order_id

ORDER = str(order_id(1))


def test_stock_is_within_its_bounds_after_each_event_when_goods_come_and_go() -> None:
    story: list[tuple[str, object, Stock]] = [
        ("MUG", ProductCreated(entry(3), 0, 0), Stock(0, 0, 3)),
        ("MUG", StockAdjusted(5, "received", entry(3), 5, 0), Stock(5, 0, 3)),
        (ORDER, StockReserved((StockLine("TEA", 1, 9, 9), StockLine("MUG", 4, 5, 4))), Stock(5, 4, 3)),
        (ORDER, ReservationFulfilled((StockLine("MUG", 4, 5, 0),)), Stock(5, 0, 3)),
        ("MUG", StockShipped(ORDER, 4, entry(3), 1, 0), Stock(1, 0, 3)),
        (ORDER, StockReserved((StockLine("MUG", 1, 1, 1),)), Stock(1, 1, 3)),
        (ORDER, StockReleased("expired", (StockLine("MUG", 1, 1, 0),)), Stock(1, 0, 3)),
    ]
    stock = Stock()
    for row_id, event, after in story:
        assert "MUG" in levels.skus_moved(row_id, event)
        stock = levels.level_after(stock, "MUG", event)
        assert stock == after


def test_no_stock_moves_when_an_event_says_nothing_about_it() -> None:
    for row_id, event in (("MUG", LowStockReached(2, 3)), (ORDER, CancellationRemembered("expired"))):
        assert list(levels.skus_moved(row_id, event)) == []
        assert levels.level_after(Stock(5, 3, 3), "MUG", event) == Stock(5, 3, 3)
