"""Orders as an operator places and watches them: over the order service's REST interface."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from uuid_utils import uuid7

from ops.stack.errors import StackError

LOOK_EVERY = 0.05
FULFILLABLE = frozenset({"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"})
UNDONE_PAYMENT = frozenset({"FAILED", "CANCELLED", "REFUNDED", "REFUND_FAILED"})
UNDONE_STOCK = frozenset({"REJECTED", "RELEASED"})

Order = dict[str, Any]


class OrderDesk:
    """The order service at `url`. Everything it refuses is a StackError that says what it answered."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def place(self, order: dict[str, object]) -> Order:
        """Places an order and returns it as accepted. A key of its own makes the request safe to send once more."""
        return self._ask("POST", "/orders", json=order, headers={"Idempotency-Key": str(uuid7())})

    def show(self, order_id: str) -> Order:
        return self._ask("GET", f"/orders/{order_id}")

    def history(self, order_id: str) -> list[dict[str, Any]]:
        """Its events, oldest first; at most 200."""
        return self._ask("GET", f"/orders/{order_id}/events", params={"limit": 200})["items"]

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
                    f"look again with ./eventflow order show {order_id}, and at ./eventflow status."
                )
            time.sleep(LOOK_EVERY)

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise StackError(
                f"The order service did not answer ({error}); see ./eventflow status."
            ) from error
        if not answer.is_success:
            raise StackError(f"The order service answered {answer.status_code}: {_refusal(answer)}")
        return answer.json()


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


def _refusal(answer: httpx.Response) -> str:
    """The problem's words, and the field that each of its errors names."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text[:300]
    problem: dict[str, Any] = answer.json()
    named: list[dict[str, str]] = problem.get("errors") or []
    errors = "; ".join(f"{error['field']}: {error['message']}" for error in named)
    pieces = [
        str(piece).rstrip(".") for piece in (problem.get("title"), problem.get("detail"), errors) if piece
    ]
    return ". ".join(pieces) + "."
