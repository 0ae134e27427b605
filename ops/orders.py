"""Orders as an operator places, finds, watches and cancels them: over the order service's REST interface."""

import re
import time
from collections.abc import Iterator
from typing import Any

from uuid_utils import uuid7

from ops.desks import Desk, Json
from ops.stack.errors import StackError

LOOK_EVERY = 0.05
FULFILLABLE = frozenset({"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"})
UNDONE_PAYMENT = frozenset({"FAILED", "CANCELLED", "REFUNDED", "REFUND_FAILED"})
UNDONE_STOCK = frozenset({"REJECTED", "RELEASED"})

ORDER_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NUMBER = re.compile(r"EF-[0-9A-Z]+", re.IGNORECASE)

Order = Json


class OrderDesk:
    """The order service at `url`. Everything it refuses is a StackError that says what it answered."""

    def __init__(self, url: str) -> None:
        self._desk = Desk("order", url)

    def place(self, order: dict[str, object]) -> Order:
        """Places an order and returns it as accepted. A key of its own makes the request safe to send once more."""
        return self._desk.ask("POST", "/orders", json=order, headers={"Idempotency-Key": str(uuid7())})

    def show(self, order_id: str) -> Order:
        return self._desk.ask("GET", f"/orders/{order_id}")

    def find(self, reference: str) -> Order:
        """The order with this id or number. StackError when there is none."""
        if ORDER_ID.fullmatch(reference):
            return self.show(reference)
        number = reference.upper()
        found = self._desk.ask("GET", "/orders", params={"q": number})["items"]
        order = next((order for order in found if order["number"] == number), None)
        if order is None:
            raise StackError(f"There is no order {number}.")
        return order

    def history(self, order_id: str) -> list[dict[str, Any]]:
        """Its events, oldest first."""
        return self._desk.all_of(f"/orders/{order_id}/events")

    def cancel(self, order_id: str, reason: str) -> Order:
        """Cancels it; once more changes nothing. Refused when it has shipped or failed."""
        return self._desk.ask("DELETE", f"/orders/{order_id}", params={"reason": reason})

    def step(self, order_id: str, status: str) -> Order:
        """The next step of a confirmed order: PROCESSING, SHIPPED or DELIVERED."""
        return self._desk.ask("POST", f"/orders/{order_id}/status", json={"status": status})

    def follow(self, order_id: str, patience: float) -> Iterator[Order]:
        """The order each time it has changed, until it has ended. StackError when that takes too long."""
        deadline = time.monotonic() + patience
        last: Order | None = None
        while True:
            order = self.show(order_id)
            if last is None or views(order) != views(last):
                last = order
                yield order
            if has_ended(order):
                return
            if time.monotonic() > deadline:
                raise StackError(
                    f"The order has not ended within {patience:.0f} s (it is {order['status']}); "
                    f"ask what it waits for: ./eventflow order explain {order_id}"
                )
            time.sleep(LOOK_EVERY)


def views(order: Order) -> tuple[str, str, str]:
    """What an order shows of itself, its payment and its stock."""
    return order["status"], order["payment_status"], order["stock_status"]


def has_ended(order: Order) -> bool:
    """Whether nothing more happens by itself: confirmed, or ended with its compensation done."""
    status, payment, stock = views(order)
    return status in FULFILLABLE or (
        status in ("FAILED", "CANCELLED") and payment in UNDONE_PAYMENT and stock in UNDONE_STOCK
    )


def money(minor_units: int, currency: str) -> str:
    """An amount for people; the demo's currencies have two decimals."""
    return f"{minor_units // 100}.{minor_units % 100:02d} {currency}"
