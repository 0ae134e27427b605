"""The rows of the race table (docs/specification.md) that are the inventory's, as far as one service can show them."""

from itertools import permutations

import pytest

from inventory_service.domain.product import AdjustStock, BelowReserved, ChangeProduct, StockShipped
from inventory_service.domain.reservation import (
    ReservationFulfilled,
    ReservationRefused,
    ReservationStatus,
    StockReleased,
    StockReserved,
)
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from inventory_service.handling import Command
from tests.unit.inventory_service.memory import Inventory, order_id, reserve


@pytest.mark.parametrize(
    "story",
    [
        [reserve(1, ("MUG", 2))],
        [reserve(1, ("MUG", 2)), ReleaseStock(order_id(1), "expired")],
        [reserve(1, ("MUG", 2)), FulfilReservation(order_id(1))],
        [reserve(1, ("MUG", 9))],
        [ReleaseStock(order_id(1), "payment_failed")],
    ],
    ids=["reserve", "release", "fulfil", "refuse", "remember"],
)
@pytest.mark.parametrize("one_batch", [True, False])
def test_race_01_the_second_has_no_effect_when_the_same_event_comes_twice(
    story: list[Command], one_batch: bool
) -> None:
    inventory, once = Inventory({"MUG": 5}), Inventory({"MUG": 5})
    twice = [command for command in story for _ in range(2)]
    if one_batch:
        inventory.do_in_one_batch(twice)
    else:
        for command in twice + story:
            inventory.do(command)
    for command in story:
        once.do(command)

    assert [r.event for r in inventory.recorded] == [r.event for r in once.recorded]


@pytest.mark.parametrize("one_batch", [True, False])
@pytest.mark.parametrize("reason", ["customer_request", "payment_failed"])
def test_race_03_nothing_is_ever_reserved_when_the_cancel_comes_before_the_order(
    reason: str, one_batch: bool
) -> None:
    inventory = Inventory({"MUG": 5})
    story: list[Command] = [ReleaseStock(order_id(1), reason), reserve(1, ("MUG", 2))]

    events = inventory.do_in_one_batch(story) if one_batch else [e for c in story for e in inventory.do(c)]

    assert events[-1] == StockReleased(reason, ())
    assert inventory.reservation(1).status is ReservationStatus.RELEASED
    assert inventory.levels() == {"MUG": (5, 0)}


@pytest.mark.parametrize("one_batch", [True, False])
def test_race_10_exactly_one_is_reserved_when_two_orders_want_the_last_unit(one_batch: bool) -> None:
    inventory = Inventory({"MUG": 1})
    orders = [reserve(1, ("MUG", 1)), reserve(2, ("MUG", 1))]

    events = inventory.do_in_one_batch(orders) if one_batch else [e for c in orders for e in inventory.do(c)]

    assert [type(event) for event in events] == [StockReserved, ReservationRefused]
    assert inventory.levels() == {"MUG": (1, 1)}


def test_race_10_exactly_as_many_as_there_are_when_a_batch_is_a_flash_sale() -> None:
    inventory = Inventory({"MUG": 100})

    inventory.do_in_one_batch([reserve(number, ("MUG", 3)) for number in range(200)])

    reserved = [n for n in range(200) if inventory.reservation(n).status is ReservationStatus.RESERVED]
    assert reserved == list(range(33))
    assert inventory.levels() == {"MUG": (100, 99)}


def test_race_11_quantities_add_up_when_one_order_lists_a_sku_twice() -> None:
    inventory = Inventory({"MUG": 5})

    refused = inventory.do(reserve(1, ("MUG", 3), ("MUG", 3)))
    reserved = inventory.do(reserve(2, ("MUG", 3), ("MUG", 2)))

    assert isinstance(refused[0], ReservationRefused)
    assert [(line.requested, line.available) for line in refused[0].short] == [(6, 5)]
    assert isinstance(reserved[0], StockReserved)
    assert [(line.sku, line.quantity, line.reserved) for line in reserved[0].lines] == [("MUG", 5, 5)]


def test_race_13_on_hand_falls_once_when_shipped_comes_twice() -> None:
    inventory = Inventory({"MUG": 5})
    inventory.do(reserve(1, ("MUG", 2)))

    inventory.do_in_one_batch([FulfilReservation(order_id(1)), FulfilReservation(order_id(1))])
    inventory.do(FulfilReservation(order_id(1)))

    assert inventory.levels() == {"MUG": (3, 0)}


def test_race_13_on_hand_falls_once_whatever_the_order_in_which_it_is_heard() -> None:
    """An order ships only after it heard that its stock is reserved, and a shipped order is never cancelled.

    So causality lets SHIPPED overtake `order.created` only where the reservation was made before and is being made
    again: a service rebuilt from replayed events, or one restored from a backup. It must then end as it did: the
    goods have left, so the reservation is made and fulfilled in one commit.
    """
    ends: list[object] = []
    placed, shipped = reserve(1, ("MUG", 2)), FulfilReservation(order_id(1))
    heard: list[Command] = [placed, shipped, shipped]
    for story in permutations(heard):
        inventory = Inventory({"MUG": 5})
        for command in story:
            inventory.do(command)
        ends.append((inventory.levels(), inventory.reservation(1).status, inventory.reservation(1).lines))

    assert ends[0] == ({"MUG": (3, 0)}, ReservationStatus.FULFILLED, placed.lines)
    assert all(end == ends[0] for end in ends)


def test_race_13_reserved_and_shipped_in_one_commit_when_shipped_was_heard_first() -> None:
    inventory = Inventory({"MUG": 5, "TEA": 1})
    inventory.do(FulfilReservation(order_id(1)))

    events = inventory.do(reserve(1, ("MUG", 2), ("TEA", 1)))

    assert [type(event) for event in events] == [
        StockReserved,
        ReservationFulfilled,
        StockShipped,
        StockShipped,
    ]


def test_race_13_refused_when_shipped_was_heard_first_and_the_stock_is_not_there() -> None:
    """Nobody can say what left the building then; the books stay within their bounds and say so."""
    inventory = Inventory({"MUG": 1})
    inventory.do(FulfilReservation(order_id(1)))

    events = inventory.do(reserve(1, ("MUG", 2)))

    assert [type(event) for event in events] == [ReservationRefused]
    assert inventory.levels() == {"MUG": (1, 0)}


@pytest.mark.parametrize("one_batch", [True, False])
def test_race_20_refused_when_stock_is_adjusted_below_what_orders_hold(one_batch: bool) -> None:
    inventory = Inventory({"MUG": 5})
    story: list[Command] = [reserve(1, ("MUG", 4)), AdjustStock("MUG", -2, "breakage")]
    if one_batch:
        inventory.do_in_one_batch(story)
    else:
        for command in story:
            inventory.do(command)

    assert inventory.refusal == BelowReserved("MUG", on_hand=5, reserved=4, delta=-2)
    assert inventory.levels() == {"MUG": (5, 4)}


def test_race_20_the_order_is_refused_when_the_adjustment_came_first() -> None:
    inventory = Inventory({"MUG": 5})

    inventory.do_in_one_batch([AdjustStock("MUG", -2, "breakage"), reserve(1, ("MUG", 4))])

    assert inventory.reservation(1).status is ReservationStatus.REJECTED
    assert inventory.levels() == {"MUG": (3, 0)}


@pytest.mark.parametrize(
    ("end", "levels"),
    [(FulfilReservation(order_id(1)), (3, 0)), (ReleaseStock(order_id(1), "expired"), (5, 0))],
)
def test_race_21_open_orders_finish_when_the_product_is_discontinued(
    end: Command, levels: tuple[int, int]
) -> None:
    """Reserving ignores the status: an order that was placed in time may arrive late. New ones are refused by order."""
    inventory = Inventory({"MUG": 5})
    inventory.do(ChangeProduct("MUG", discontinued=True))

    events = inventory.do(reserve(1, ("MUG", 2)))
    inventory.do(end)

    assert isinstance(events[0], StockReserved)
    assert inventory.levels() == {"MUG": levels}


@pytest.mark.parametrize("reason", ["customer_request", "payment_failed"])
def test_race_22_no_effect_and_no_error_when_what_is_compensated_never_happened(reason: str) -> None:
    inventory = Inventory({"MUG": 1})
    inventory.do(reserve(1, ("MUG", 2)))

    assert inventory.do(ReleaseStock(order_id(1), reason)) == []
    assert inventory.do(ReleaseStock(order_id(1), reason)) == []
    assert inventory.refusal is None
    assert inventory.reservation(1).status is ReservationStatus.REJECTED
