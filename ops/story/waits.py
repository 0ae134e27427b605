"""What an order waits for, decided from where it, its payment and its reservation stand.

Source: docs/specification.md, "States".

Each service moves on what it hears, so a wait is for somebody to hear an event that is there already, or for the
provider. What no order of hearing explains is a Contradiction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ops.desks import Json
from ops.story.situation import Situation


@dataclass(frozen=True, slots=True)
class Hearing:
    """`listener` has not heard the stored event of this type yet; `then` says what it does when it has."""

    listener: str
    type: str
    then: str


@dataclass(frozen=True, slots=True)
class Provider:
    """The payment provider has not answered; `then` says what follows."""

    kind: Literal["charge", "refund"]
    since: datetime
    then: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The service is silent, so nobody knows what it has done."""

    service: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody of the staff has to decide; nothing happens by itself."""

    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The services' states do not fit together."""

    what: str


Wait = Hearing | Provider | Answer | Decision | Contradiction


def waits(situation: Situation) -> list[Wait]:
    """All that has to happen until the order has ended; none when it has."""
    order = situation.story.order
    if order is None:
        return [Answer(service) for service in situation.story.missing]
    found: list[Wait] = [Answer(service) for service in situation.story.missing]
    if not situation.silent("inventory"):
        found += _for_stock(order, situation.reservation, situation)
    if not situation.silent("payment"):
        found += _for_money(order, situation.payment, situation)
    return list(dict.fromkeys(found))


def _for_stock(order: Json, reservation: str | None, situation: Situation) -> Iterator[Wait]:
    status, view = order["status"], order["stock_status"]
    match status, reservation:
        case "PENDING", None:
            yield Hearing("inventory", "order.created", "it reserves the stock or refuses")
        case "PENDING", "RESERVED":
            if view == "PENDING":
                yield Hearing(
                    "order", "reservation.stock_reserved", "it is confirmed once the payment is taken"
                )
        case "PENDING", "REJECTED":
            yield Hearing("order", "reservation.refused", "it fails: out of stock")
        case "PENDING", "RELEASED" if _declined(situation):
            yield Hearing("order", "payment.failed", "it fails: payment declined")
        case "CANCELLED", None:
            yield Hearing("inventory", "order.cancelled", "nothing is ever reserved")
        case "CANCELLED", "RESERVED":
            yield Hearing("inventory", "order.cancelled", "it releases the stock")
        case "FAILED", "RESERVED" if _declined(situation):
            yield Hearing("inventory", "payment.failed", "it releases the stock")
        case (("FAILED" | "CANCELLED"), "RELEASED"):
            if view != "RELEASED":
                yield Hearing("order", "reservation.stock_released", "the order shows that the stock is back")
        case (("FAILED" | "CANCELLED"), "REJECTED"):
            if view != "REJECTED":
                yield Hearing("order", "reservation.refused", "the order shows that nothing was reserved")
        case (("CONFIRMED" | "PROCESSING"), "RESERVED"):
            pass
        case (("SHIPPED" | "DELIVERED"), "RESERVED"):
            yield Hearing("inventory", "order.shipped", "it takes the goods off the stock")
        case (("SHIPPED" | "DELIVERED"), "FULFILLED"):
            pass
        case _:
            yield _contradiction(status, "reservation", reservation)


def _for_money(order: Json, payment: str | None, situation: Situation) -> Iterator[Wait]:
    status, view = order["status"], order["payment_status"]
    match status, payment:
        case "PENDING", None:
            yield Hearing("payment", "order.created", "it records the payment")
        case "PENDING", "PENDING":
            if situation.reservation == "RESERVED":
                yield Hearing("payment", "reservation.stock_reserved", "it charges the customer")
            elif situation.reservation == "REJECTED":
                yield Hearing("payment", "reservation.refused", "it cancels the payment")
        case "PENDING", "PROCESSING":
            yield _charge(situation, "the order is confirmed, or fails when the card is declined")
        case "PENDING", ("COMPLETED" | "REFUNDED"):
            if view == "PENDING":
                yield Hearing("order", "payment.processed", "it is confirmed once the stock is reserved")
        case "PENDING", "FAILED":
            yield Hearing("order", "payment.failed", "it fails: payment declined")
        case "PENDING", "CANCELLED" if situation.reservation == "REJECTED":
            pass
        case "PENDING", "CANCELLED" if situation.silent("inventory"):
            yield Hearing("order", "reservation.refused", "it fails: out of stock")
        case "FAILED", None:
            yield Hearing("payment", "order.created", "it cancels the payment: out of stock")
        case "FAILED", "PENDING":
            yield Hearing("payment", "reservation.refused", "it cancels the payment")
        case "CANCELLED", (None | "PENDING"):
            yield Hearing("payment", "order.cancelled", "it cancels the payment; no money has moved")
        case "CANCELLED", "PROCESSING":
            if not _cancel_heard(situation):
                yield Hearing("payment", "order.cancelled", "it returns all that it takes")
            yield _charge(situation, "what was taken is returned in full")
        case "CANCELLED", "COMPLETED":
            if not _cancel_heard(situation):
                yield Hearing("payment", "order.cancelled", "it returns all that was taken")
            else:
                yield _refund(situation)
        case (("FAILED" | "CANCELLED"), "CANCELLED"):
            if view != "CANCELLED":
                yield Hearing("order", "payment.cancelled", "the order shows that no money moved")
        case (("FAILED" | "CANCELLED"), "FAILED"):
            if view != "FAILED":
                yield Hearing("order", "payment.failed", "the order shows that nothing was charged")
        case (("CANCELLED" | "CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED"), "REFUNDED"):
            if view != "REFUNDED":
                yield Hearing("order", "payment.refunded", "the order shows that the money is back")
        case (("CONFIRMED" | "PROCESSING" | "SHIPPED" | "DELIVERED"), "COMPLETED"):
            yield from _for_refund_of_staff(situation)
        case _:
            yield _contradiction(status, "payment", payment)


def _for_refund_of_staff(situation: Situation) -> Iterator[Wait]:
    payment = situation.story.payment
    if payment and payment["refund_pending"]:
        yield _refund(situation)
    elif payment and payment["refunds"] and payment["refunds"][-1]["status"] == "FAILED":
        refund = payment["refunds"][-1]
        retry = f"POST /payments/{payment['id']}/refunds/{refund['id']}/retry"
        since = datetime.fromisoformat(refund["updated_at"])
        yield Decision(f"the provider refused a refund; it can be asked for once more with {retry}", since)


def _charge(situation: Situation, then: str) -> Provider:
    return Provider("charge", _since(situation, "payment.charge_requested"), then)


def _refund(situation: Situation) -> Provider:
    since = _since(situation, "payment.refund_requested")
    return Provider("refund", since, "the money is back; if it is refused, it is asked for again by itself")


def _since(situation: Situation, type: str) -> datetime:
    event = situation.last(type)
    return event.time if event else situation.now


def _declined(situation: Situation) -> bool:
    """Whether the card was declined, as far as the payment service says."""
    return situation.payment == "FAILED" or situation.silent("payment")


def _cancel_heard(situation: Situation) -> bool:
    return bool(situation.story.payment and situation.story.payment["cancel_requested"])


def _contradiction(order: str, what: str, status: str | None) -> Contradiction:
    return Contradiction(f"the order is {order}, but its {what} is {status or 'not there'}")
