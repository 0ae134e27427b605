"""What others get to hear, field by field."""

from payment_service.domain.commands import (
    NoteStockRefused,
    RecordChargeDeclined,
    RecordChargeSucceeded,
    RecordRefundFailed,
    RecordRefundSucceeded,
    RequestRefund,
)
from payment_service.domain.events import Failure
from payment_service.publishing import publish
from shared.contracts import payments as public
from shared.eventsourcing.ids import derived_id
from tests.unit.payment_service.memory import (
    CANCELLED,
    ORDER_ID,
    PAYMENT_ID,
    RESERVED,
    Payments,
    placed,
)

REFUND_ID = derived_id(ORDER_ID, "by staff")
CHARGED = RecordChargeSucceeded(ORDER_ID, "ch_1")
NO = Failure("refund_refused", "The refund was refused.")


def published(payments: Payments) -> list[object]:
    return [contract for recorded in payments.recorded if (contract := publish(recorded)) is not None]


def test_taken_payment_is_told_when_it_is_initiated_and_processed() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED)
    assert published(payments) == [
        public.PaymentInitiated(payment_id=PAYMENT_ID, order_id=ORDER_ID, amount=4498, currency="USD"),
        public.PaymentProcessed(
            payment_id=PAYMENT_ID, order_id=ORDER_ID, amount=4498, currency="USD", provider_reference="ch_1"
        ),
    ]


def test_decline_is_told_with_its_reason_when_payment_fails() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, RecordChargeDeclined(ORDER_ID, Failure("expired_card", "Expired.")))
    assert published(payments)[1:] == [
        public.PaymentFailed(
            payment_id=PAYMENT_ID,
            order_id=ORDER_ID,
            amount=4498,
            currency="USD",
            code="expired_card",
            message="Expired.",
        )
    ]


def test_cancellation_is_told_with_its_reason_when_no_money_moved() -> None:
    for command, reason in ((CANCELLED, "customer_request"), (NoteStockRefused(ORDER_ID), "out_of_stock")):
        payments = Payments()
        payments.do(placed(), command)
        assert published(payments)[1:] == [
            public.PaymentCancelled(payment_id=PAYMENT_ID, order_id=ORDER_ID, reason=reason)
        ]


def test_refund_is_told_with_what_remains_when_it_succeeds() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED, RequestRefund(ORDER_ID, REFUND_ID, 498, "damaged"))
    payments.do(RecordRefundSucceeded(ORDER_ID, REFUND_ID))
    assert published(payments)[2:] == [
        public.PaymentRefunded(
            payment_id=PAYMENT_ID,
            order_id=ORDER_ID,
            refund_id=REFUND_ID,
            amount=498,
            currency="USD",
            refunded_total=498,
            remaining=4000,
            reason="damaged",
        )
    ]


def test_refund_is_told_with_its_code_when_it_fails() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, CHARGED, RequestRefund(ORDER_ID, REFUND_ID, 498, "damaged"))
    payments.do(RecordRefundFailed(ORDER_ID, REFUND_ID, NO))
    assert published(payments)[2:] == [
        public.PaymentRefundFailed(
            payment_id=PAYMENT_ID,
            order_id=ORDER_ID,
            refund_id=REFUND_ID,
            amount=498,
            currency="USD",
            code="refund_refused",
        )
    ]


def test_nothing_is_told_when_something_is_only_remembered() -> None:
    for command in (RESERVED, NoteStockRefused(ORDER_ID), CANCELLED):
        payments = Payments()
        assert len(payments.do(command)) == 1
        assert published(payments) == []
