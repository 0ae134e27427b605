"""What an event means to people: the money and stock that it moved, what it says, and whether it undoes something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ops.orders import money
from ops.story.archive import StoryEvent

UNDOING = frozenset(
    {
        "order.stock_returned",
        "order.money_returned",
        "order.payment_withdrawn",
        "order.refund_refused",
        "payment.cancellation_requested",
        "payment.cancelled",
        "payment.refund_requested",
        "payment.refunded",
        "payment.refund_failed",
        "reservation.stock_released",
        "reservation.cancellation_remembered",
    }
)
REFUSING = frozenset(
    {
        "order.failed",
        "order.cancelled",
        "order.payment_declined",
        "order.stock_refused",
        "payment.failed",
        "payment.stock_refusal_heard",
        "reservation.refused",
    }
)


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """`amount` in minor units."""

    how: Literal["taken", "returned"]
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class StockMoved:
    how: Literal["reserved", "released", "shipped"]
    sku: str
    quantity: int


Moved = MoneyMoved | StockMoved

_STOCK: Mapping[str, Literal["reserved", "released", "shipped"]] = {
    "reservation.stock_reserved": "reserved",
    "reservation.stock_released": "released",
    "reservation.fulfilled": "shipped",
}


def is_compensation(event: StoryEvent) -> bool:
    """Whether it gives back what was taken, or calls off what was asked."""
    return event.type in UNDOING


def is_refusal(event: StoryEvent) -> bool:
    """Whether it is where the story turned: from there on it is undone."""
    return event.type in REFUSING


def moved(event: StoryEvent) -> tuple[Moved, ...]:
    """The money or the stock that the event moved; nothing for most."""
    data = event.data
    match event.type:
        case "payment.processed":
            return (MoneyMoved("taken", **data["price"]),)
        case "payment.refunded":
            return (MoneyMoved("returned", **data["amount"]),)
        case type if type in _STOCK:
            return tuple(StockMoved(_STOCK[type], line["sku"], line["quantity"]) for line in data["lines"])
        case _:
            return ()


def words(event: StoryEvent) -> str:
    """What it moved or says, in a few words; empty when its name says it all."""
    if movements := moved(event):
        return ", ".join(_movement(movement) for movement in movements)
    data = event.data
    match event.type:
        case "order.created":
            return f"{_amount(data['total'])}, {data['payment_method']}"
        case "order.shipped":
            return data["tracking_number"] or ""
        case "payment.charge_requested":
            return f"asks for {_amount(data['price'])}"
        case "payment.refund_requested":
            return f"to return {_amount(data['amount'])}"
        case "payment.failed" | "payment.refund_failed":
            return data["failure"]["message"]
        case "reservation.refused":
            return _shortage(data["short"]) or data["reason"]
        case "reservation.stock_released":
            return "nothing was held"
        case _:
            return str(data.get("reason") or "")


def public_words(data: Mapping[str, Any]) -> str:
    """What a published event says besides its type: number, money, goods, status and reason, as far as it has them."""
    said: list[str] = [data["number"]] if "number" in data else []
    amount = data.get("amount", data.get("total"))
    if amount is not None:
        said.append(money(amount, data["currency"]))
    for line in data.get("lines", data.get("items", ())):
        said.append(f"{line.get('quantity', line.get('requested'))} {line['sku']}")
    if "available" in data:
        said.append(f"{data['available']} available")
    said += [str(data[name]) for name in ("status", "cause", "reason", "message") if data.get(name)]
    return ", ".join(said)


def _movement(movement: Moved) -> str:
    if isinstance(movement, MoneyMoved):
        return f"{movement.how} {money(movement.amount, movement.currency)}"
    return f"{movement.how} {movement.quantity} {movement.sku}"


def _amount(value: Mapping[str, Any]) -> str:
    return money(value["amount"], value["currency"])


def _shortage(lines: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        f"{line['sku']}: {line['requested']} wanted, {line['available']} there" for line in lines
    )
