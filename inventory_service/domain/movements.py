"""Every movement of a SKU's stock, as people want to read it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inventory_service.domain.product import StockAdjusted, StockShipped
from inventory_service.domain.reservation import StockLine, StockReleased, StockReserved


class MovementKind(StrEnum):
    ADJUSTED = "adjusted"
    RESERVED = "reserved"
    RELEASED = "released"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Movement:
    """`on_hand` and `reserved` are the SKU's after it; `order_id` is None when people moved the stock."""

    sku: str
    kind: MovementKind
    delta_on_hand: int
    delta_reserved: int
    on_hand: int
    reserved: int
    order_id: str | None = None
    reason: str | None = None


def movements_of(row_id: str, event: object) -> Sequence[Movement]:
    """What the event moved; `row_id` is the SKU or order of its stream.

    A shipment is one movement: the reservation's end and the goods that leave are two events of one commit.
    """
    match event:
        case StockReserved(lines):
            return [_of_line(MovementKind.RESERVED, line, line.quantity, row_id, None) for line in lines]
        case StockReleased(reason, lines):
            return [_of_line(MovementKind.RELEASED, line, -line.quantity, row_id, reason) for line in lines]
        case StockShipped(order_id, quantity, _, on_hand, reserved):
            return [Movement(row_id, MovementKind.SHIPPED, -quantity, -quantity, on_hand, reserved, order_id)]
        case StockAdjusted(delta, reason, _, on_hand, reserved):
            return [Movement(row_id, MovementKind.ADJUSTED, delta, 0, on_hand, reserved, reason=reason)]
        case _:
            return ()


def _of_line(
    kind: MovementKind, line: StockLine, delta_reserved: int, order_id: str, reason: str | None
) -> Movement:
    return Movement(line.sku, kind, 0, delta_reserved, line.on_hand, line.reserved, order_id, reason)
