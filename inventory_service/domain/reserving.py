"""What becomes of a reservation: the decisions, happy path first, then compensation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from inventory_service.domain.product import CatalogueEntry, ProductEvent, StockShipped, warning
from inventory_service.domain.reservation import (
    CancellationRemembered,
    Line,
    Remembered,
    Reservation,
    ReservationEvent,
    ReservationFulfilled,
    ReservationRefused,
    ReservationStatus,
    ShipmentRemembered,
    ShortLine,
    StockLine,
    StockReleased,
    StockReserved,
)
from inventory_service.domain.stock import Stock

OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True, slots=True)
class ReserveStock:
    """The order as it was placed: a SKU may be on several lines."""

    order_id: UUID
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReleaseStock:
    order_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class FulfilReservation:
    order_id: UUID


ReservationCommand = ReserveStock | ReleaseStock | FulfilReservation


@dataclass(frozen=True, slots=True)
class Shelves:
    """What a decision may look at: the stock of every SKU that it concerns, and the entries of those that exist."""

    stock: Mapping[str, Stock]
    catalogue: Mapping[str, CatalogueEntry]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reservation's events, then those of the products, by SKU. Empty: a repeat, or nothing to undo."""

    events: Sequence[ReservationEvent] = ()
    of_products: Sequence[tuple[str, ProductEvent]] = ()


NOTHING = Outcome()


def concerned(reservation: Reservation, command: ReservationCommand) -> Iterable[str]:
    """The SKUs whose stock the command may move, given what is known of the order by now."""
    match command:
        case ReserveStock():
            return {line.sku for line in command.lines} if reservation.status is None else ()
        case ReleaseStock() | FulfilReservation():
            return (line.sku for line in _held(reservation))
        case _:
            assert_never(command)


def decide(reservation: Reservation, command: ReservationCommand, shelves: Shelves) -> Outcome:
    match command:
        case ReserveStock() if reservation.status is not None:
            return NOTHING
        case ReserveStock() if reservation.remembered is Remembered.CANCELLED:
            return Outcome([StockReleased(reservation.reason or "", ())])
        case ReserveStock() if reservation.remembered is Remembered.SHIPPED:
            return _reserve_what_has_left(command, shelves)
        case ReserveStock():
            return _reserve(command, shelves)
        case FulfilReservation() if _unheard(reservation):
            return Outcome([ShipmentRemembered()])
        case FulfilReservation():
            return _fulfil(command.order_id, _held(reservation), shelves)
        case ReleaseStock() if _unheard(reservation):
            return Outcome([CancellationRemembered(command.reason)])
        case ReleaseStock():
            return _release(_held(reservation), command.reason, shelves.stock)
        case _:
            assert_never(command)


def _reserve(command: ReserveStock, shelves: Shelves) -> Outcome:
    wanted = _per_sku(command.lines)
    short = tuple(
        ShortLine(line.sku, line.quantity, shelves.stock[line.sku].available)
        for line in wanted
        if line.quantity > shelves.stock[line.sku].available
    )
    if short:
        return Outcome([ReservationRefused(OUT_OF_STOCK, wanted, short)])
    moved: list[StockLine] = []
    warnings: list[tuple[str, ProductEvent]] = []
    for line in wanted:
        before = shelves.stock[line.sku]
        after = before.reserve(line.quantity)
        moved.append(StockLine(line.sku, line.quantity, after.on_hand, after.reserved))
        warnings.extend((line.sku, low) for low in warning(before, after))
    return Outcome([StockReserved(tuple(moved))], warnings)


def _reserve_what_has_left(command: ReserveStock, shelves: Shelves) -> Outcome:
    """Reserve and fulfil in one go. What is not there any more is refused: the books never go below zero."""
    reserved = _reserve(command, shelves)
    match reserved.events:
        case [StockReserved(lines)]:
            after = {line.sku: shelves.stock[line.sku].reserve(line.quantity) for line in lines}
            held = tuple(Line(line.sku, line.quantity) for line in lines)
            gone = _fulfil(command.order_id, held, Shelves(after, shelves.catalogue))
            return Outcome([*reserved.events, *gone.events], [*reserved.of_products, *gone.of_products])
        case _:
            return reserved


def _fulfil(order_id: UUID, held: Sequence[Line], shelves: Shelves) -> Outcome:
    if not held:
        return NOTHING
    moved: list[StockLine] = []
    shipped: list[tuple[str, ProductEvent]] = []
    for line in held:
        free = shelves.stock[line.sku].give_back(line.quantity)
        left = free.add(-line.quantity)
        entry = shelves.catalogue[line.sku]
        gone = StockShipped(str(order_id), line.quantity, entry, left.on_hand, left.reserved)
        moved.append(StockLine(line.sku, line.quantity, free.on_hand, free.reserved))
        shipped.append((line.sku, gone))
    return Outcome([ReservationFulfilled(tuple(moved))], shipped)


def _release(held: Sequence[Line], reason: str, stock: Mapping[str, Stock]) -> Outcome:
    if not held:
        return NOTHING
    moved: list[StockLine] = []
    for line in held:
        after = stock[line.sku].give_back(line.quantity)
        moved.append(StockLine(line.sku, line.quantity, after.on_hand, after.reserved))
    return Outcome([StockReleased(reason, tuple(moved))])


def _unheard(reservation: Reservation) -> bool:
    return reservation.status is None and reservation.remembered is None


def _held(reservation: Reservation) -> Sequence[Line]:
    return reservation.lines if reservation.status is ReservationStatus.RESERVED else ()


def _per_sku(lines: Sequence[Line]) -> tuple[Line, ...]:
    """One line per SKU, in the order's own order (race 11)."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    return tuple(Line(sku, quantity) for sku, quantity in wanted.items())
