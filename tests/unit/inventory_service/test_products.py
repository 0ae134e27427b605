"""What people do with a product: create it, change it, count its stock."""

from dataclasses import replace

import pytest

from inventory_service.domain.product import (
    AdjustStock,
    BelowReserved,
    ChangeProduct,
    CreateProduct,
    LowStockReached,
    NoSuchProduct,
    ProductChanged,
    ProductCommand,
    ProductCreated,
    ProductExists,
    ProductStatus,
    StockAdjusted,
    product_status,
)
from inventory_service.domain.reserving import FulfilReservation
from inventory_service.domain.stock import Stock
from tests.unit.inventory_service.memory import Inventory, entry, order_id, reserve


def test_stock_starts_at_zero_when_a_product_is_created() -> None:
    inventory = Inventory()

    assert inventory.do(CreateProduct("MUG", entry(5))) == [ProductCreated(entry(5), 0, 0)]
    assert inventory.product("MUG") == entry(5)
    assert inventory.stock("MUG") == Stock(0, 0, low_stock_threshold=5)


def test_refused_when_the_product_exists() -> None:
    inventory = Inventory({"MUG": 5})

    assert inventory.do(CreateProduct("MUG", entry())) == []
    assert inventory.refusal == ProductExists("MUG")


@pytest.mark.parametrize("command", [ChangeProduct("GHOST", name="Boo"), AdjustStock("GHOST", 1, "found")])
def test_refused_when_there_is_no_such_product(command: ProductCommand) -> None:
    inventory = Inventory()

    assert inventory.do(command) == []
    assert inventory.refusal == NoSuchProduct("GHOST")


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (ChangeProduct("MUG", name="Cup"), replace(entry(), name="Cup")),
        (ChangeProduct("MUG", description="Blue"), replace(entry(), description="Blue")),
        (ChangeProduct("MUG", category="Kitchen"), replace(entry(), category="Kitchen")),
        (ChangeProduct("MUG", image="/mug.webp"), replace(entry(), image="/mug.webp")),
        (ChangeProduct("MUG", prices={"EUR": 0}), replace(entry(), prices={"EUR": 0})),
        (ChangeProduct("MUG", low_stock_threshold=2), replace(entry(), low_stock_threshold=2)),
        (ChangeProduct("MUG", discontinued=True), replace(entry(), discontinued=True)),
    ],
    ids=lambda value: "" if isinstance(value, ChangeProduct) else "change",
)
def test_only_what_is_given_changes_when_a_product_is_changed(change: ChangeProduct, after: object) -> None:
    inventory = Inventory({"MUG": 5})
    inventory.do(reserve(1, ("MUG", 1)))

    events = inventory.do(change)

    assert events == [ProductChanged(inventory.product("MUG"), on_hand=5, reserved=1)]
    assert inventory.product("MUG") == after


def test_what_was_set_can_be_emptied_when_a_product_is_changed() -> None:
    inventory = Inventory({"MUG": 5}, threshold=3)
    inventory.do(ChangeProduct("MUG", description="Blue", discontinued=True))

    inventory.do(ChangeProduct("MUG", description="", low_stock_threshold=0, discontinued=False))

    assert inventory.product("MUG") == entry()


def test_nothing_happens_when_a_change_changes_nothing() -> None:
    inventory = Inventory({"MUG": 5})

    assert inventory.do(ChangeProduct("MUG", name="Mug", discontinued=False)) == []
    assert inventory.refusal is None


@pytest.mark.parametrize(("delta", "on_hand"), [(3, 8), (-3, 2)])
def test_on_hand_moves_by_the_delta_when_stock_is_adjusted(delta: int, on_hand: int) -> None:
    inventory = Inventory({"MUG": 5})
    inventory.do(reserve(1, ("MUG", 2)))

    events = inventory.do(AdjustStock("MUG", delta, "stocktaking"))

    assert events == [StockAdjusted(delta, "stocktaking", entry(), on_hand, reserved=2)]
    assert inventory.levels() == {"MUG": (on_hand, 2)}


@pytest.mark.parametrize(("reserved", "delta"), [(2, -4), (0, -6), (5, -1)])
def test_refused_when_fewer_would_be_left_than_orders_hold(reserved: int, delta: int) -> None:
    inventory = Inventory({"MUG": 5})
    if reserved:
        inventory.do(reserve(1, ("MUG", reserved)))

    assert inventory.do(AdjustStock("MUG", delta, "breakage")) == []
    assert inventory.refusal == BelowReserved("MUG", 5, reserved, delta)


@pytest.mark.parametrize(
    ("discontinued", "available", "status"),
    [
        (False, 1, ProductStatus.AVAILABLE),
        (False, 0, ProductStatus.OUT_OF_STOCK),
        (True, 1, ProductStatus.DISCONTINUED),
        (True, 0, ProductStatus.DISCONTINUED),
    ],
)
def test_status_follows_from_what_is_available(
    discontinued: bool, available: int, status: ProductStatus
) -> None:
    assert product_status(entry(discontinued=discontinued), available) is status


def low(inventory: Inventory) -> list[LowStockReached]:
    return [r.event for r in inventory.recorded if isinstance(r.event, LowStockReached)]


def test_warned_once_per_crossing_when_orders_take_the_stock_down() -> None:
    inventory = Inventory({"MUG": 6}, threshold=4)

    inventory.do(reserve(1, ("MUG", 2)))
    assert low(inventory) == []  # exactly at the threshold is not below it
    inventory.do_in_one_batch([reserve(2, ("MUG", 1)), reserve(3, ("MUG", 1)), reserve(4, ("MUG", 1))])

    assert low(inventory) == [LowStockReached(available=3, threshold=4)]


def test_warned_again_when_the_stock_had_recovered_in_between() -> None:
    inventory = Inventory({"MUG": 4}, threshold=4)
    inventory.do(AdjustStock("MUG", -1, "breakage"))
    inventory.do(AdjustStock("MUG", 1, "found"))

    inventory.do(reserve(1, ("MUG", 3)))

    assert low(inventory) == [LowStockReached(3, 4), LowStockReached(1, 4)]


def test_warned_when_the_threshold_is_raised_over_what_is_available() -> None:
    inventory = Inventory({"MUG": 4}, threshold=4)

    inventory.do(ChangeProduct("MUG", low_stock_threshold=5))
    inventory.do(ChangeProduct("MUG", low_stock_threshold=6))

    assert low(inventory) == [LowStockReached(4, 5)]


def test_not_warned_when_a_product_begins_with_nothing() -> None:
    inventory = Inventory({"MUG": 0}, threshold=5)

    inventory.do(AdjustStock("MUG", 3, "received"))

    assert low(inventory) == []


def test_not_warned_when_goods_leave_that_were_spoken_for() -> None:
    inventory = Inventory({"MUG": 6}, threshold=4)
    inventory.do(reserve(1, ("MUG", 2)))

    inventory.do(FulfilReservation(order_id(1)))

    assert inventory.stock("MUG").available == 4
    assert low(inventory) == []
