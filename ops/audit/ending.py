"""I1: every order has ended or waits for people, and shows what became of its payment and its stock."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from inventory_service.domain.reservation import ReservationStatus
from ops.audit.cases import Case
from ops.audit.clauses import Clause, Offender
from order_service.domain.lifecycle import OrderStatus
from order_service.domain.lifecycle import PaymentStatus as ShownPayment
from payment_service.domain.payment import PaymentStatus, RefundStatus

# Where an order may rest, at its end or waiting for people, and where its reservation is then.
AT_REST = {
    OrderStatus.CONFIRMED: (ReservationStatus.RESERVED,),
    OrderStatus.PROCESSING: (ReservationStatus.RESERVED,),
    OrderStatus.SHIPPED: (ReservationStatus.FULFILLED,),
    OrderStatus.DELIVERED: (ReservationStatus.FULFILLED,),
    OrderStatus.CANCELLED: (ReservationStatus.RELEASED, ReservationStatus.REJECTED),
    OrderStatus.FAILED: (ReservationStatus.RELEASED, ReservationStatus.REJECTED),
}
MONEY_AT_REST = (
    PaymentStatus.COMPLETED,
    PaymentStatus.REFUNDED,
    PaymentStatus.FAILED,
    PaymentStatus.CANCELLED,
)

# A refused refund is asked for again after an hour at the latest; a message waits for a consumer that is away.
LONGEST_CALL = timedelta(hours=1, minutes=5)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What may still move an order: `calls` are the orders for which the provider has to be asked, `busy` says
    whether messages lie in queues or events wait for a relay."""

    now: datetime
    calls: Collection[UUID]
    busy: bool

    def reaches(self, case: Case) -> bool:
        """Whether the order may still move by itself."""
        idle = self.now - (case.last_change or self.now)
        if case.order_id in self.calls:
            return idle < LONGEST_CALL
        return self.busy and idle < LONGEST_WAIT


def unfinished(case: Case) -> Iterator[Offender]:
    """An order that has not come to rest, or shows something else than what has happened."""
    if (problem := _restless(case)) or (problem := _outdated(case)):
        command = f"./eventflow order explain {case.order_id}"
        yield Offender(Clause.ENDS, f"order {case.order_id}", problem, command, case.versions)


def _restless(case: Case) -> str | None:
    order, payment, reservation = case.order.state, case.payment.state, case.reservation.state
    if case.order.version == 0:
        return "the payment or inventory service holds it, and the order service does not know it"
    if order.status is None or order.status not in AT_REST:
        return f"it is {order.status or 'without a status'}"
    if reservation.status not in AT_REST[order.status]:
        return f"it is {order.status} and its reservation {reservation.status or 'missing'}"
    if payment.status not in MONEY_AT_REST:
        return f"it is {order.status} and its payment {payment.status or 'missing'}"
    if payment.refund_pending:
        return f"it is {order.status} and a refund of {payment.refund_pending} is still requested"
    return None


def _outdated(case: Case) -> str | None:
    """Only for an order at rest: on the way its views may be behind."""
    order, payment, reservation = case.order.state, case.payment.state, case.reservation.state
    shown, actual = order.payment_status.value, payment.status.value if payment.status else None
    refused = any(refund.status is RefundStatus.FAILED for refund in payment.refunds)
    if shown != actual and not (refused and order.payment_status is ShownPayment.REFUND_FAILED):
        return f"it shows payment {shown}, which is {actual}"
    stock = reservation.status.value if reservation.status else None
    if order.stock_status.value != stock:
        return f"it shows stock {order.stock_status.value}, which is {stock}"
    if order.refunded_total.amount != payment.refunded_total:
        return f"it shows {order.refunded_total.amount} returned, which is {payment.refunded_total}"
    return None
