"""Why an order, or a wish about one, is turned down."""

from dataclasses import dataclass

from order_service.domain.lifecycle import OrderStatus
from order_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class NoSuchOrder:
    pass


# `line` counts from 0, as the client sent them.
@dataclass(frozen=True, slots=True)
class UnknownProduct:
    line: int
    sku: str


@dataclass(frozen=True, slots=True)
class Discontinued:
    line: int
    sku: str


@dataclass(frozen=True, slots=True)
class NotPricedIn:
    line: int
    sku: str
    currency: str


@dataclass(frozen=True, slots=True)
class LinesNotOrderable:
    """Every line that cannot be ordered, in the order of the lines."""

    lines: tuple[UnknownProduct | Discontinued | NotPricedIn, ...]


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    line: int
    sku: str
    expected: Money
    current: Money


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """Every line whose price is not the one that the client saw."""

    lines: tuple[ChangedPrice, ...]


@dataclass(frozen=True, slots=True)
class TotalTooLarge:
    total: Money
    limit: int


@dataclass(frozen=True, slots=True)
class NotCancellable:
    status: OrderStatus


@dataclass(frozen=True, slots=True)
class NoSuchStep:
    """The lifecycle has no step from `status` to `wanted`."""

    status: OrderStatus
    wanted: OrderStatus


@dataclass(frozen=True, slots=True)
class NotEditable:
    status: OrderStatus


Refusal = (
    NoSuchOrder | LinesNotOrderable | PriceChanged | TotalTooLarge | NotCancellable | NoSuchStep | NotEditable
)
