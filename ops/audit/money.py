"""I3: what was taken and returned fits how the order ended."""

from collections.abc import Iterator

from ops.audit.cases import Case
from ops.audit.clauses import Clause, Offender
from order_service.domain.lifecycle import OrderStatus
from payment_service.domain.payment import RefundStatus

KEPT = (OrderStatus.CONFIRMED, OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED)
UNDONE = (OrderStatus.CANCELLED, OrderStatus.FAILED)


def wrong_money(case: Case) -> Iterator[Offender]:
    for problem in _problems(case):
        yield Offender(Clause.MONEY, f"order {case.order_id}", problem, case.command, case.versions)


def _problems(case: Case) -> Iterator[str]:
    order, payment = case.order.state, case.payment.state
    if order.status is None:
        return
    total = order.total
    lines = sum(line.total.amount for line in order.lines)
    if total.amount != lines:
        yield f"its total is {total.amount}, its lines come to {lines}"
    if payment.terms is not None:
        asked = payment.terms.price
        if (total.amount, total.currency) != (asked.amount, asked.currency):
            yield f"it costs {total.amount} {total.currency}, its payment is over {asked.amount} {asked.currency}"
    if payment.refunded_total + payment.refund_pending > payment.captured:
        yield f"{payment.captured} was taken, and {payment.refunded_total + payment.refund_pending} is to be returned"
    if order.status in KEPT:
        if payment.captured != total.amount:
            yield f"it is {order.status} over {total.amount}, and {payment.captured} was taken"
        unasked = sum(
            refund.amount.amount
            for refund in payment.refunds
            if refund.status is not RefundStatus.FAILED and str(refund.refund_id) in case.automatic
        )
        if unasked:
            yield f"it is {order.status}, and {unasked} was returned though nobody asked for that"
    elif order.status in UNDONE and payment.captured != payment.refunded_total:
        yield f"it is {order.status}: {payment.captured} was taken, {payment.refunded_total} returned"
