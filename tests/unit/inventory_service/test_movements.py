"""What people read of a SKU's past: one movement for each step that stock took."""

from inventory_service.domain.movements import Movement, MovementKind, movements_of
from inventory_service.domain.product import AdjustStock, ChangeProduct
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from tests.unit.inventory_service.memory import Inventory, order_id, reserve


def movements(inventory: Inventory) -> list[Movement]:
    return [m for recorded in inventory.recorded for m in movements_of(recorded.row_id, recorded.event)]


def test_every_step_is_one_movement_with_the_levels_after_it() -> None:
    inventory = Inventory({"MUG": 5}, threshold=4)
    inventory.do(reserve(1, ("MUG", 2)))
    inventory.do(reserve(2, ("MUG", 1)))
    inventory.do(ReleaseStock(order_id(2), "expired"))
    inventory.do(FulfilReservation(order_id(1)))
    inventory.do(AdjustStock("MUG", -1, "breakage"))

    one, two = str(order_id(1)), str(order_id(2))
    assert movements(inventory) == [
        Movement("MUG", MovementKind.ADJUSTED, 5, 0, 5, 0, reason="received"),
        Movement("MUG", MovementKind.RESERVED, 0, 2, 5, 2, one),
        Movement("MUG", MovementKind.RESERVED, 0, 1, 5, 3, two),
        Movement("MUG", MovementKind.RELEASED, 0, -1, 5, 2, two, "expired"),
        Movement("MUG", MovementKind.SHIPPED, -2, -2, 3, 0, one),
        Movement("MUG", MovementKind.ADJUSTED, -1, 0, 2, 0, reason="breakage"),
    ]


def test_the_deltas_add_up_to_the_levels() -> None:
    inventory = Inventory({"MUG": 9, "TEA": 9})
    for number in range(4):
        inventory.do(reserve(number, ("MUG", 1), ("TEA", 2), ("MUG", 1)))
    inventory.do(ReleaseStock(order_id(0), "expired"))
    inventory.do(FulfilReservation(order_id(1)))

    for sku, levels in inventory.levels().items():
        of_sku = [m for m in movements(inventory) if m.sku == sku]
        assert levels == (sum(m.delta_on_hand for m in of_sku), sum(m.delta_reserved for m in of_sku))


def test_no_movement_when_stock_stays_where_it_is() -> None:
    inventory = Inventory({"MUG": 1})
    before = movements(inventory)
    inventory.do(reserve(1, ("MUG", 2)))
    inventory.do(ReleaseStock(order_id(2), "expired"))
    inventory.do(reserve(2, ("MUG", 1)))
    inventory.do(ChangeProduct("MUG", name="Cup"))

    assert movements(inventory) == before
