"""Which rows a command asks for: those that it may move, and no more."""

from inventory_service.domain.product import AdjustStock, ChangeProduct, CreateProduct
from inventory_service.domain.reservation import Line, Reservation, ReservationStatus
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from inventory_service.handling import MODEL, Command
from inventory_service.tables import RESERVATIONS
from shared.eventsourcing.decisions import Access, Touch
from shared.eventsourcing.rows import Row, Rows
from tests.unit.inventory_service.memory import entry, order_id, reserve

ORDER = str(order_id(1))
LINES = (Line("MUG", 2), Line("TEA", 1))


def touched(command: Command, known: Reservation | None = None) -> dict[str, set[Touch]]:
    rows = Rows()
    rows.put(RESERVATIONS, ORDER, Row(0 if known is None else 1, known or Reservation()))
    return {step.table.name: set(step.touches(command, rows)) for step in MODEL.steps}


def test_rows_are_locked_as_reservations_then_products_then_stock() -> None:
    assert [step.table.name for step in MODEL.steps] == ["reservations", "products", "stock"]


def test_every_sku_is_locked_once_when_an_order_asks_for_it() -> None:
    locked = {Touch("MUG", Access.LOCK), Touch("TEA", Access.LOCK)}

    assert touched(reserve(1, ("MUG", 1), ("TEA", 1), ("MUG", 1))) == {
        "reservations": {Touch(ORDER, Access.CREATE)},
        "products": locked,
        "stock": locked,
    }


def test_what_the_order_holds_is_locked_when_it_ends() -> None:
    held = Reservation(ReservationStatus.RESERVED, LINES)
    locked = {Touch("MUG", Access.LOCK), Touch("TEA", Access.LOCK)}

    for command in (ReleaseStock(order_id(1), "expired"), FulfilReservation(order_id(1))):
        assert touched(command, held) == {
            "reservations": {Touch(ORDER, Access.CREATE)},
            "products": locked,
            "stock": locked,
        }


def test_no_stock_is_locked_when_the_order_holds_none() -> None:
    for status in (None, *ReservationStatus):
        if status is not ReservationStatus.RESERVED:
            for command in (ReleaseStock(order_id(1), "expired"), FulfilReservation(order_id(1))):
                assert touched(command, Reservation(status, LINES))["stock"] == set()


def test_no_stock_is_locked_when_an_order_comes_again() -> None:
    for status in ReservationStatus:
        assert touched(reserve(1, ("MUG", 2)), Reservation(status, LINES))["products"] == set()


def test_the_product_and_its_stock_are_made_together_when_it_is_created() -> None:
    made = {Touch("MUG", Access.CREATE)}

    assert touched(CreateProduct("MUG", entry())) == {"reservations": set(), "products": made, "stock": made}


def test_the_product_and_its_stock_are_locked_when_people_change_it() -> None:
    for command in (ChangeProduct("MUG", name="Cup"), AdjustStock("MUG", 1, "found")):
        locked = {Touch("MUG", Access.LOCK)}
        assert touched(command) == {"reservations": set(), "products": locked, "stock": locked}
