"""Whatever is heard, in any order and any number of times, in any batches: the books are right and end the same."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inventory_service.domain import levels, product, reservation
from inventory_service.domain.product import (
    AdjustStock,
    ChangeProduct,
    CreateProduct,
    LowStockReached,
    Product,
)
from inventory_service.domain.reservation import Reservation, ReservationStatus
from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from inventory_service.domain.stock import Stock
from inventory_service.handling import Command
from inventory_service.publishing import publish
from inventory_service.tables import PRODUCTS, RESERVATIONS, STOCK
from shared.contracts.inventory import InventoryContract
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.recorded import Recorded
from tests.unit.inventory_service.memory import Inventory, entry, order_id, reserve

SKUS: tuple[str, ...] = ("MUG", "TEA", "POT")
lines = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 4)), min_size=1, max_size=4)
reasons = st.sampled_from(["customer_request", "payment_failed"])


@st.composite
def messages_of_one_order(draw: st.DrawFn, number: int) -> list[Command]:
    """What is heard of an order, in the order of its causes: it is placed, and then it may end in one way."""
    ends: dict[str, list[Command]] = {
        "open": [],
        "cancelled": [ReleaseStock(order_id(number), "customer_request")],
        "declined": [ReleaseStock(order_id(number), "payment_failed")],
        "cancelled and declined": [
            ReleaseStock(order_id(number), "expired"),
            ReleaseStock(order_id(number), "payment_failed"),
        ],
        "shipped": [FulfilReservation(order_id(number))],
    }
    return [reserve(number, *draw(lines)), *ends[draw(st.sampled_from(sorted(ends)))]]


@st.composite
def orders(draw: st.DrawFn) -> list[Command]:
    return [m for number in range(draw(st.integers(1, 5))) for m in draw(messages_of_one_order(number))]


@st.composite
def heard(draw: st.DrawFn) -> tuple[list[Command], list[list[Command]]]:
    """What happened in order and once; and the same as it may be heard: shuffled, repeated, cut into batches."""
    happened = draw(orders())
    repeats = draw(st.lists(st.sampled_from(happened), max_size=8))
    shuffled = draw(st.permutations(happened + repeats))
    return happened, draw(cut(shuffled))


@st.composite
def cut(draw: st.DrawFn, commands: Sequence[Command]) -> list[list[Command]]:
    marks = draw(st.lists(st.booleans(), min_size=len(commands), max_size=len(commands)))
    batches: list[list[Command]] = [[]]
    for command, ends_batch in zip(commands, marks, strict=True):
        batches[-1].append(command)
        if ends_batch:
            batches.append([])
    return [batch for batch in batches if batch]


@given(heard())
def test_same_end_when_heard_in_any_order_any_number_of_times(
    story: tuple[list[Command], list[list[Command]]],
) -> None:
    happened, batches = story
    as_it_was, as_heard = Inventory(dict.fromkeys(SKUS, 1_000)), Inventory(dict.fromkeys(SKUS, 1_000))
    for command in happened:
        as_it_was.do(command)
    for batch in batches:
        as_heard.do_in_one_batch(batch)

    assert as_heard.levels() == as_it_was.levels()
    assert statuses(as_heard) == statuses(as_it_was)


def statuses(inventory: Inventory) -> dict[str, ReservationStatus]:
    return {order: row.state.status for order, row in inventory.rows_of(RESERVATIONS).items()}


people = st.one_of(
    st.builds(CreateProduct, st.sampled_from(SKUS), st.builds(entry, st.integers(0, 6))),
    st.builds(AdjustStock, st.sampled_from(SKUS), st.integers(-6, 12).filter(bool), st.just("stocktaking")),
    st.builds(
        ChangeProduct,
        st.sampled_from(SKUS),
        low_stock_threshold=st.none() | st.integers(0, 6),
        discontinued=st.none() | st.booleans(),
    ),
)


@st.composite
def heard_of_an_order(draw: st.DrawFn) -> Command:
    """Anything about any order, causality or not: the decider must be total."""
    number = draw(st.integers(0, 5))
    placed, released = reserve(number, *draw(lines)), ReleaseStock(order_id(number), draw(reasons))
    return draw(st.sampled_from([placed, released, FulfilReservation(order_id(number))]))


anything = st.lists(st.lists(st.one_of(people, heard_of_an_order()), min_size=1, max_size=6), max_size=15)


def inventory_after(batches: list[list[Command]]) -> Inventory:
    inventory = Inventory({"MUG": 8, "TEA": 3}, threshold=3)
    for batch in batches:
        inventory.do_in_one_batch(batch)
    return inventory


@given(anything)
def test_books_are_within_their_bounds_after_every_event(batches: list[list[Command]]) -> None:
    inventory = inventory_after(batches)

    stock: dict[str, Stock] = {}
    for recorded in inventory.recorded:
        for sku in levels.skus_moved(recorded.row_id, recorded.event):
            stock[sku] = levels.level_after(stock.get(sku, Stock()), sku, recorded.event)
            assert 0 <= stock[sku].reserved <= stock[sku].on_hand

    assert {sku: row.state for sku, row in inventory.rows_of(STOCK).items()} == stock
    held = dict.fromkeys(stock, 0)
    for row in inventory.rows_of(RESERVATIONS).values():
        if row.state.status is ReservationStatus.RESERVED:
            for line in row.state.lines:
                held[line.sku] += line.quantity
    assert {sku: after.reserved for sku, after in stock.items()} == held


@given(anything)
def test_every_row_is_the_fold_of_its_stream(batches: list[list[Command]]) -> None:
    inventory = inventory_after(batches)
    rows = {**inventory.rows_of(RESERVATIONS), **inventory.rows_of(PRODUCTS)}

    streams = by_stream(inventory.recorded)
    assert len(streams) == len(rows)
    for stream in streams.values():
        state: Any = Reservation() if stream[0].stream.startswith("reservation-") else Product()
        for recorded in stream:
            evolve: Any = reservation.evolve if isinstance(state, Reservation) else product.evolve
            state = evolve(state, recorded.event)
        assert rows[stream[0].row_id].state == state
        assert [recorded.version for recorded in stream] == list(range(1, len(stream) + 1))


@given(anything)
def test_one_warning_per_crossing(batches: list[list[Command]]) -> None:
    inventory = inventory_after(batches)

    crossings, warnings = dict.fromkeys(SKUS, 0), dict.fromkeys(SKUS, 0)
    stock: dict[str, Stock] = {}
    for _, one_command in groupby(inventory.recorded, key=lambda recorded: recorded.command_id):
        before = dict(stock)
        for recorded in one_command:
            for sku in levels.skus_moved(recorded.row_id, recorded.event):
                stock[sku] = levels.level_after(stock.get(sku, Stock()), sku, recorded.event)
            if isinstance(recorded.event, LowStockReached):
                warnings[recorded.row_id] += 1
        for sku, was in before.items():
            crossings[sku] += stock[sku].is_low and not was.is_low
    assert warnings == crossings


def by_stream(recorded: list[Recorded]) -> dict[str, list[Recorded]]:
    streams: dict[str, list[Recorded]] = {}
    for event in recorded:
        streams.setdefault(event.stream, []).append(event)
    return streams


@given(anything)
def test_everything_can_be_stored_and_published(batches: list[list[Command]]) -> None:
    inventory = inventory_after(batches)
    codec = Codec([RESERVATIONS, PRODUCTS])

    for recorded in inventory.recorded:
        assert codec.decode(recorded.type, codec.encode(recorded.type, recorded.event)) == recorded.event
        contract = publish(recorded)
        assert contract is None or isinstance(contract, InventoryContract)
        if contract is not None:
            assert type(contract).model_validate_json(contract.model_dump_json()) == contract
    for table in (RESERVATIONS, PRODUCTS, STOCK):
        for row in inventory.rows_of(table).values():
            assert table.adapter.validate_json(table.adapter.dump_json(row.state)) == row.state
