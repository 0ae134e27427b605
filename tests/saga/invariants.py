"""What must be true of the books of all services when nothing is under way.

Source: docs/specification.md, "Invariants".

Each function takes what the services keep and returns one sentence for every offender; none when all is well.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from inventory_service.domain.reservation import Reservation, ReservationStatus
from inventory_service.domain.stock import Stock
from inventory_service.tables import STOCK
from order_service.domain.lifecycle import OrderStatus
from order_service.domain.order import Order
from payment_service.domain.payment import Payment, PaymentStatus, RefundStatus
from payment_service.provider_calls import charge_key, refund_key
from payment_service.providers.books import Books
from payment_service.providers.rules import Entry, Outcome
from payment_service.tables import PAYMENTS
from shared.eventsourcing.recorded import Recorded

AT_REST = {
    OrderStatus.CONFIRMED: (ReservationStatus.RESERVED,),
    OrderStatus.PROCESSING: (ReservationStatus.RESERVED,),
    OrderStatus.SHIPPED: (ReservationStatus.FULFILLED,),
    OrderStatus.DELIVERED: (ReservationStatus.FULFILLED,),
    OrderStatus.CANCELLED: (ReservationStatus.RELEASED, ReservationStatus.REJECTED),
    OrderStatus.FAILED: (ReservationStatus.RELEASED, ReservationStatus.REJECTED),
}
"""Where an order may rest, at its end or waiting for people, and where its reservation is then."""

PAID_FOR = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED)
MONEY_AT_REST = (
    PaymentStatus.COMPLETED,
    PaymentStatus.REFUNDED,
    PaymentStatus.FAILED,
    PaymentStatus.CANCELLED,
)


def i1_every_order_has_come_to_rest(
    orders: Mapping[str, Order], payments: Mapping[str, Payment], reservations: Mapping[str, Reservation]
) -> Iterable[str]:
    for order_id, order in orders.items():
        stock = reservations.get(order_id, Reservation()).status
        payment = payments.get(order_id, Payment())
        if order.status is None or stock not in AT_REST.get(order.status, ()):
            yield f"I1: order {order_id} is {order.status}, its reservation {stock}"
        if payment.status not in MONEY_AT_REST or payment.refund_pending:
            yield f"I1: order {order_id} is {order.status}, its payment {payment.status}, {payment.refund_pending} pending"


def i2_no_unit_is_promised_twice(
    stock: Mapping[str, Stock], reservations: Mapping[str, Reservation]
) -> Iterable[str]:
    held = dict.fromkeys(stock, 0)
    for reservation in reservations.values():
        if reservation.status is ReservationStatus.RESERVED:
            for line in reservation.lines:
                held[line.sku] = held.get(line.sku, 0) + line.quantity
    for sku, units in held.items():
        level = stock.get(sku, Stock())
        if not 0 <= level.reserved <= level.on_hand:
            yield f"I2: {sku} has {level.on_hand} on hand and {level.reserved} reserved"
        if level.reserved != units:
            yield f"I2: {sku} has {level.reserved} reserved, its reservations hold {units}"


def i2_at_every_moment(history: Iterable[Recorded]) -> Iterable[str]:
    """`history` is the inventory service's, in the order of commits."""
    stock: dict[str, Stock] = {}
    for recorded in history:
        for sku in STOCK.keys(recorded.row_id, recorded.event):
            level = stock[sku] = STOCK.project(stock.get(sku, STOCK.initial), sku, recorded.event)
            if not 0 <= level.reserved <= level.on_hand:
                yield f"I2: {sku} had {level.on_hand} on hand and {level.reserved} reserved at {recorded.position}"


def i3_money_was_taken_for_what_was_given(
    orders: Mapping[str, Order], payments: Mapping[str, Payment], asked_back: Collection[UUID]
) -> Iterable[str]:
    """`asked_back` are the refunds that staff were granted."""
    for order_id, order in orders.items():
        payment = payments.get(order_id, Payment())
        if order.status in PAID_FOR:
            staff = [refund for refund in payment.refunds if refund.refund_id in asked_back]
            returned = sum(r.amount.amount for r in staff if r.status is RefundStatus.SUCCEEDED)
            if payment.captured != order.total.amount or payment.refunded_total != returned:
                yield (
                    f"I3: order {order_id} of {order.total.amount} is {order.status}: {payment.captured} captured,"
                    f" {payment.refunded_total} refunded, staff asked for {returned}"
                )
        elif payment.captured != payment.refunded_total:
            yield (
                f"I3: order {order_id} is {order.status}: {payment.captured} captured,"
                f" {payment.refunded_total} refunded"
            )


def i3_at_every_moment(history: Iterable[Recorded]) -> Iterable[str]:
    """Never was more asked back than had been taken. `history` is the payment service's, in the order of commits."""
    payments: dict[str, Payment] = {}
    for recorded in history:
        payment = PAYMENTS.evolve(payments.get(recorded.row_id, PAYMENTS.initial), recorded.event)
        payments[recorded.row_id] = payment
        if payment.refunded_total + payment.refund_pending > payment.captured:
            yield (
                f"I3: of {payment.captured} for order {recorded.row_id}, {payment.refunded_total} were refunded"
                f" and {payment.refund_pending} requested at {recorded.position}"
            )


def i4_provider_agrees(payments: Mapping[str, Payment], books: Books) -> Iterable[str]:
    known = {key: amount for payment in payments.values() for key, amount in _moved(payment)}
    moved = {entry.ask.key: entry.ask.amount.amount for entry in books if _has_moved(entry)}
    for key in known.keys() | moved.keys():
        if known.get(key) != moved.get(key):
            yield f"I4: {key}: {known.get(key)} by our books, {moved.get(key)} by the provider's"


def _moved(payment: Payment) -> Iterable[tuple[str, int]]:
    if payment.terms is None:
        return
    if payment.captured:
        yield charge_key(payment.terms.payment_id), payment.captured
    for refund in payment.refunds:
        if refund.status is RefundStatus.SUCCEEDED:
            yield refund_key(payment.terms.payment_id, refund.refund_id), refund.amount.amount


def _has_moved(entry: Entry) -> bool:
    return entry.outcome in (Outcome.CHARGED, Outcome.REFUNDED)
