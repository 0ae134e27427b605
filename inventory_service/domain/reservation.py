"""A reservation: the units that one order holds, all of its lines or none.

What is heard may come in any order and any number of times. What ends an order may even come before the order: it
is remembered then, and decides when the order arrives (`reserving.py`).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never


class ReservationStatus(StrEnum):
    """RESERVED is the only one that is not final."""

    RESERVED = "RESERVED"
    FULFILLED = "FULFILLED"
    RELEASED = "RELEASED"
    REJECTED = "REJECTED"


class Remembered(StrEnum):
    """What was heard of an order before the order itself."""

    CANCELLED = "CANCELLED"
    SHIPPED = "SHIPPED"


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StockLine:
    """A line that was moved; `on_hand` and `reserved` are the SKU's after the event."""

    sku: str
    quantity: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line that asked for more than there was."""

    sku: str
    requested: int
    available: int


# Events


@dataclass(frozen=True, slots=True)
class StockReserved:
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationRefused:
    """`lines` is what was asked for, one per SKU; `short` those of them that could not be met."""

    reason: str
    lines: tuple[Line, ...]
    short: tuple[ShortLine, ...]


@dataclass(frozen=True, slots=True)
class StockReleased:
    """`lines` is empty when the order was over before it arrived: it never held anything."""

    reason: str
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationFulfilled:
    """The claim ends because the goods leave. `on_hand` falls by the products' own StockShipped, right after."""

    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class CancellationRemembered:
    reason: str


@dataclass(frozen=True, slots=True)
class ShipmentRemembered:
    pass


ReservationEvent = (
    StockReserved
    | ReservationRefused
    | StockReleased
    | ReservationFulfilled
    | CancellationRemembered
    | ShipmentRemembered
)


# Fold


@dataclass(frozen=True, slots=True)
class Reservation:
    """`status` is None until the order itself was heard; `lines` is one per SKU, empty if nothing was asked of us."""

    status: ReservationStatus | None = None
    lines: tuple[Line, ...] = ()
    reason: str | None = None
    remembered: Remembered | None = None


def evolve(reservation: Reservation, event: ReservationEvent) -> Reservation:
    match event:
        case StockReserved(lines):
            held = tuple(Line(line.sku, line.quantity) for line in lines)
            return replace(reservation, status=ReservationStatus.RESERVED, lines=held)
        case ReservationRefused(reason, lines):
            return replace(reservation, status=ReservationStatus.REJECTED, lines=lines, reason=reason)
        case StockReleased(reason):
            return replace(reservation, status=ReservationStatus.RELEASED, reason=reason)
        case ReservationFulfilled():
            return replace(reservation, status=ReservationStatus.FULFILLED)
        case CancellationRemembered(reason):
            return replace(reservation, remembered=Remembered.CANCELLED, reason=reason)
        case ShipmentRemembered():
            return replace(reservation, remembered=Remembered.SHIPPED)
        case _:
            assert_never(event)
