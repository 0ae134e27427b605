"""Every transition of a reservation, and everything that must not be one."""

import pytest

from inventory_service.domain.product import StockShipped
from inventory_service.domain.reservation import (
    CancellationRemembered,
    Line,
    Remembered,
    Reservation,
    ReservationFulfilled,
    ReservationRefused,
    ReservationStatus,
    ShipmentRemembered,
    ShortLine,
    StockLine,
    StockReleased,
    StockReserved,
)
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from inventory_service.handling import Command
from tests.unit.inventory_service.memory import Inventory, entry, order_id, reserve

RESERVE = reserve(1, ("MUG", 2), ("TEA", 1))
RELEASE = ReleaseStock(order_id(1), "customer_request")
FULFIL = FulfilReservation(order_id(1))


@pytest.fixture
def inventory() -> Inventory:
    return Inventory({"MUG": 5, "TEA": 3})


def test_all_lines_are_held_when_there_is_enough_of_each(inventory: Inventory) -> None:
    events = inventory.do(RESERVE)

    assert events == [StockReserved((StockLine("MUG", 2, on_hand=5, reserved=2), StockLine("TEA", 1, 3, 1)))]
    assert inventory.reservation(1) == Reservation(
        ReservationStatus.RESERVED, (Line("MUG", 2), Line("TEA", 1))
    )
    assert inventory.levels() == {"MUG": (5, 2), "TEA": (3, 1)}


def test_nothing_is_held_when_one_line_falls_short(inventory: Inventory) -> None:
    events = inventory.do(reserve(1, ("MUG", 2), ("TEA", 4)))

    assert events == [
        ReservationRefused("out_of_stock", (Line("MUG", 2), Line("TEA", 4)), (ShortLine("TEA", 4, 3),))
    ]
    assert inventory.reservation(1).status is ReservationStatus.REJECTED
    assert inventory.levels() == {"MUG": (5, 0), "TEA": (3, 0)}


def test_it_is_refused_with_nothing_available_when_nobody_knows_the_product(inventory: Inventory) -> None:
    events = inventory.do(reserve(1, ("MUG", 1), ("GHOST", 1)))

    assert events == [
        ReservationRefused("out_of_stock", (Line("MUG", 1), Line("GHOST", 1)), (ShortLine("GHOST", 1, 0),))
    ]
    assert inventory.levels() == {"MUG": (5, 0), "TEA": (3, 0)}


def test_what_was_held_is_available_again_when_the_order_is_over(inventory: Inventory) -> None:
    inventory.do(RESERVE)
    inventory.do(reserve(2, ("MUG", 1)))

    events = inventory.do(RELEASE)

    assert events == [
        StockReleased(
            "customer_request", (StockLine("MUG", 2, on_hand=5, reserved=1), StockLine("TEA", 1, 3, 0))
        )
    ]
    assert inventory.reservation(1) == Reservation(
        ReservationStatus.RELEASED, (Line("MUG", 2), Line("TEA", 1)), "customer_request"
    )
    assert inventory.levels() == {"MUG": (5, 1), "TEA": (3, 0)}


def test_goods_leave_when_the_order_is_shipped(inventory: Inventory) -> None:
    inventory.do(RESERVE)

    events = inventory.do(FULFIL)

    shipped = str(order_id(1))
    assert events == [
        ReservationFulfilled((StockLine("MUG", 2, on_hand=5, reserved=0), StockLine("TEA", 1, 3, 0))),
        StockShipped(shipped, 2, entry(), on_hand=3, reserved=0),
        StockShipped(shipped, 1, entry(), on_hand=2, reserved=0),
    ]
    assert inventory.reservation(1).status is ReservationStatus.FULFILLED
    assert inventory.levels() == {"MUG": (3, 0), "TEA": (2, 0)}


def test_the_end_of_an_order_is_remembered_when_it_is_heard_first(inventory: Inventory) -> None:
    assert inventory.do(RELEASE) == [CancellationRemembered("customer_request")]
    assert inventory.reservation(1) == Reservation(reason="customer_request", remembered=Remembered.CANCELLED)
    assert inventory.do(FulfilReservation(order_id(2))) == [ShipmentRemembered()]
    assert inventory.reservation(2) == Reservation(remembered=Remembered.SHIPPED)


@pytest.mark.parametrize("later", [RELEASE, ReleaseStock(order_id(1), "payment_failed"), FULFIL])
@pytest.mark.parametrize("first", [RELEASE, FULFIL])
def test_the_first_end_heard_counts_when_several_come_before_the_order(
    inventory: Inventory, first: Command, later: Command
) -> None:
    inventory.do(first)

    assert inventory.do(later) == []


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ([RESERVE, RELEASE], ReservationStatus.RELEASED),
        ([RELEASE, RESERVE], ReservationStatus.RELEASED),
        ([RESERVE, FULFIL], ReservationStatus.FULFILLED),
        ([FULFIL, RESERVE], ReservationStatus.FULFILLED),
        ([reserve(1, ("MUG", 6))], ReservationStatus.REJECTED),
    ],
    ids=["released", "released-unheld", "fulfilled", "fulfilled-late", "rejected"],
)
@pytest.mark.parametrize("late", [RESERVE, RELEASE, FULFIL], ids=["reserve", "release", "fulfil"])
def test_nothing_moves_when_the_reservation_has_ended(
    inventory: Inventory, story: list[Command], end: ReservationStatus, late: Command
) -> None:
    for command in story:
        inventory.do(command)
    before = inventory.reservation(1), inventory.levels()
    assert before[0].status is end

    assert inventory.do(late) == []
    assert (inventory.reservation(1), inventory.levels()) == before
