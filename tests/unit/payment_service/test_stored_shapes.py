"""What is on disk can be read for ever: names and shapes."""

import json

from payment_service.domain.commands import RecordChargeSucceeded
from payment_service.domain.events import Event
from payment_service.tables import PAYMENTS
from shared.eventsourcing.codec import Codec
from tests.unit.payment_service.memory import CANCELLED, ORDER_ID, PAYMENT_ID, RESERVED, Payments, placed


def test_names_stay_as_they_are_when_code_changes() -> None:
    assert list(PAYMENTS.events) == [
        "payment.initiated",
        "payment.stock_reservation_heard",
        "payment.charge_requested",
        "payment.processed",
        "payment.failed",
        "payment.stock_refusal_heard",
        "payment.cancellation_requested",
        "payment.cancelled",
        "payment.refund_requested",
        "payment.refunded",
        "payment.refund_failed",
    ]


def test_every_event_has_a_name_when_it_is_stored() -> None:
    assert set(PAYMENTS.events.values()) == set(Event.__args__)


def test_events_are_stored_in_the_known_shape() -> None:
    payments = Payments()
    payments.do(placed(), RESERVED, RecordChargeSucceeded(ORDER_ID, "ch_1"), CANCELLED)
    codec = Codec([PAYMENTS])
    stored = {r.type: json.loads(codec.encode(r.type, r.event)) for r in payments.recorded}

    price = {"amount": 4498, "currency": "USD"}
    payment_id = str(PAYMENT_ID)
    refund_id = stored["payment.refund_requested"]["refund_id"]
    assert stored == {
        "payment.initiated": {
            "payment_id": payment_id,
            "order_id": str(ORDER_ID),
            "customer_id": "c-1",
            "price": price,
            "method": "pm_card_visa",
        },
        "payment.charge_requested": {"payment_id": payment_id, "price": price, "method": "pm_card_visa"},
        "payment.processed": {"payment_id": payment_id, "price": price, "reference": "ch_1"},
        "payment.cancellation_requested": {"reason": "customer_request"},
        "payment.refund_requested": {
            "payment_id": payment_id,
            "refund_id": refund_id,
            "amount": price,
            "reason": "order_cancelled",
            "charge_reference": "ch_1",
            "retry_of": None,
            "not_before": "2026-07-01T12:00:00Z",
            "at": "2026-07-01T12:00:00Z",
        },
    }
