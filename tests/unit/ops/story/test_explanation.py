"""What an order waits for: the decision table, from its situation to sentences."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from ops.story.archive import Story, StoryEvent
from ops.story.explanation import Explanation, contradicts_itself, explain
from ops.story.situation import Ask, Letter, Queue, Situation, Surroundings
from tests.unit.ops.story.told import PLACED, cancelled, confirmed, event

NOW = PLACED + timedelta(minutes=5)
ORDERS = ("PENDING", "CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED", "FAILED", "CANCELLED")
PAYMENTS = (None, "PENDING", "PROCESSING", "COMPLETED", "REFUNDED", "FAILED", "CANCELLED")
RESERVATIONS = (None, "RESERVED", "FULFILLED", "RELEASED", "REJECTED")


def situation(
    order: str,
    payment: str | None,
    reservation: str | None,
    *,
    shows: tuple[str, str] | None = None,
    events: list[StoryEvent] | None = None,
    around: Surroundings | None = None,
    missing: dict[str, str] | None = None,
    **paid: Any,
) -> Situation:
    """`shows` is what the order shows of its payment and stock: by default that it has heard all of it."""
    payment_view, stock_view = shows or (payment or "PENDING", reservation or "PENDING")
    resource = {
        "id": "order-1",
        "number": "EF-7K3Q9M",
        "status": order,
        "payment_status": payment_view,
        "stock_status": stock_view,
        "reason": None,
        "created_at": PLACED.isoformat(),
        "updated_at": PLACED.isoformat(),
        "expires_at": (PLACED + timedelta(minutes=15)).isoformat(),
    }
    paying: dict[str, Any] = {
        "id": "payment-1",
        "status": payment,
        "captured": 4498 if payment in ("COMPLETED", "REFUNDED") else 0,
        "refunded_total": 4498 if payment == "REFUNDED" else 0,
        "refund_pending": 0,
        "refunds": [],
        "currency": "USD",
        "cancel_requested": False,
        **paid,
    }
    story = Story(
        "order-1",
        resource,
        paying if payment else None,
        {"status": reservation} if reservation else None,
        tuple(events if events is not None else cancelled()),
        missing or {},
    )
    return Situation(story, around or Surroundings(), NOW)


def waits_for(found: Explanation) -> list[str]:
    return [wait.text for wait in found.waits_for]


@pytest.mark.parametrize("order", ORDERS)
def test_every_wait_has_an_end_whatever_the_states(order: str) -> None:
    for payment, reservation, heard in product(PAYMENTS, RESERVATIONS, (None, ("PENDING", "PENDING"))):
        found = explain(situation(order, payment, reservation, shows=heard))
        assert found.ended or found.waits_for or found.obstacles, (payment, reservation)
        assert all(sentence.ends for sentence in (*found.waits_for, *found.obstacles))
        assert not (found.ended and (found.waits_for or found.obstacles))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("silent", ["order", "payment", "inventory"])
def test_nothing_is_said_to_have_ended_when_a_service_is_silent(order: str, silent: str) -> None:
    for payment, reservation in product(PAYMENTS, RESERVATIONS):
        told = situation(
            order,
            None if silent == "payment" else payment,
            None if silent == "inventory" else reservation,
            missing={silent: f"The {silent} service did not answer."},
        )
        if silent == "order":
            told = replace(told, story=replace(told.story, order=None))
        found = explain(told)
        assert found.ended is None
        assert f"The {silent} service did not answer." in [obstacle.text for obstacle in found.obstacles]


REACHABLE = [
    # order, payment, reservation, what the order shows of both, waited for
    ("PENDING", None, None, None, ["inventory service to hear order.created", "payment service to hear order.created"]),
    ("PENDING", "PENDING", None, None, ["inventory service to hear order.created"]),
    ("PENDING", None, "RESERVED", None, ["payment service to hear order.created"]),
    ("PENDING", "PENDING", "RESERVED", None, ["payment service to hear inventory.reserved"]),
    ("PENDING", "PROCESSING", "RESERVED", None, ["the payment: the provider has not answered"]),
    ("PENDING", "COMPLETED", "RESERVED", ("PENDING", "RESERVED"), ["order service to hear payment.processed"]),
    ("PENDING", "COMPLETED", "RESERVED", ("COMPLETED", "PENDING"), ["order service to hear inventory.reserved"]),
    ("PENDING", "FAILED", "RESERVED", ("PENDING", "RESERVED"), ["order service to hear payment.failed"]),
    ("PENDING", "FAILED", "RELEASED", ("PENDING", "RESERVED"), ["order service to hear payment.failed"]),
    ("PENDING", "PENDING", "REJECTED", ("PENDING", "PENDING"), ["order service to hear inventory.reservation_failed", "payment service to hear inventory.reservation_failed"]),
    ("PENDING", "CANCELLED", "REJECTED", ("PENDING", "PENDING"), ["order service to hear inventory.reservation_failed"]),
    ("SHIPPED", "COMPLETED", "RESERVED", None, ["inventory service to hear order.updated (SHIPPED)"]),
    ("DELIVERED", "COMPLETED", "RESERVED", None, ["inventory service to hear order.updated (SHIPPED)"]),
    ("FAILED", "FAILED", "RESERVED", None, ["inventory service to hear payment.failed"]),
    ("FAILED", "FAILED", "RELEASED", ("FAILED", "RESERVED"), ["order service to hear inventory.released"]),
    ("FAILED", None, "REJECTED", None, ["payment service to hear order.created"]),
    ("FAILED", "PENDING", "REJECTED", None, ["payment service to hear inventory.reservation_failed"]),
    ("FAILED", "CANCELLED", "REJECTED", ("PENDING", "REJECTED"), ["order service to hear payment.cancelled"]),
    ("CANCELLED", None, None, None, ["inventory service to hear order.cancelled", "payment service to hear order.cancelled"]),
    ("CANCELLED", "PENDING", "RESERVED", None, ["inventory service to hear order.cancelled", "payment service to hear order.cancelled"]),
    ("CANCELLED", "PROCESSING", "RELEASED", None, ["payment service to hear order.cancelled", "the payment: the provider has not answered"]),
    ("CANCELLED", "COMPLETED", "RELEASED", None, ["payment service to hear order.cancelled"]),
    ("CANCELLED", "REFUNDED", "RELEASED", ("COMPLETED", "RELEASED"), ["order service to hear payment.refunded"]),
    ("CANCELLED", "CANCELLED", "RELEASED", ("PENDING", "RELEASED"), ["order service to hear payment.cancelled"]),
    ("CANCELLED", "FAILED", "RELEASED", ("PENDING", "RELEASED"), ["order service to hear payment.failed"]),
]  # fmt: skip


@pytest.mark.parametrize(("order", "payment", "reservation", "shows", "awaited"), REACHABLE)
def test_wait_is_named_in_each_state(
    order: str,
    payment: str | None,
    reservation: str | None,
    shows: tuple[str, str] | None,
    awaited: list[str],
) -> None:
    found = explain(situation(order, payment, reservation, shows=shows))
    assert len(waits_for(found)) == len(awaited)
    assert all(part in text for part, text in zip(awaited, waits_for(found), strict=True)), waits_for(found)
    assert not found.obstacles


@pytest.mark.parametrize(
    ("order", "payment", "reservation"),
    [
        ("CONFIRMED", "COMPLETED", "RESERVED"),
        ("CONFIRMED", "REFUNDED", "RESERVED"),
        ("PROCESSING", "COMPLETED", "RESERVED"),
        ("SHIPPED", "COMPLETED", "FULFILLED"),
        ("DELIVERED", "COMPLETED", "FULFILLED"),
        ("FAILED", "FAILED", "RELEASED"),
        ("FAILED", "CANCELLED", "REJECTED"),
        ("CANCELLED", "CANCELLED", "RELEASED"),
        ("CANCELLED", "REFUNDED", "RELEASED"),
        ("CANCELLED", "FAILED", "RELEASED"),
        ("CANCELLED", "CANCELLED", "REJECTED"),
    ],
)
def test_nothing_is_waited_for_at_each_end(order: str, payment: str, reservation: str) -> None:
    found = explain(situation(order, payment, reservation))
    assert found.ended
    assert found.ended.text.startswith(f"nothing: it ended as {order}")


@pytest.mark.parametrize(
    ("order", "payment", "reservation"),
    [("CONFIRMED", "COMPLETED", "RELEASED"), ("FAILED", "COMPLETED", "RELEASED"), ("CANCELLED", "REFUNDED", "FULFILLED")],
)  # fmt: skip
def test_contradiction_stands_in_the_way_when_no_event_explains_the_states(
    order: str, payment: str, reservation: str
) -> None:
    told = situation(order, payment, reservation)
    assert contradicts_itself(told)
    assert "no event explains that" in explain(told).obstacles[0].text


def test_duration_and_next_step_are_told_when_it_is_confirmed() -> None:
    found = explain(situation("CONFIRMED", "COMPLETED", "RESERVED", events=confirmed()))
    assert found.ended
    assert found.ended.text == (
        "nothing: it ended as CONFIRMED after 90 ms; the staff's next step is PROCESSING"
    )


def test_attempts_and_next_ask_are_told_when_the_provider_is_silent() -> None:
    ask = Ask("charge", 3, NOW + timedelta(seconds=16))
    found = explain(situation("PENDING", "PROCESSING", "RESERVED", around=Surroundings(asks=(ask,))))
    [wait] = found.waits_for
    assert wait.text == (
        "the payment: the provider has not answered since 12:00:00 (3 attempts); it is asked again at 12:05:16"
    )
    assert wait.since == PLACED + timedelta(milliseconds=50)


def test_refund_is_waited_for_when_it_is_asked_later() -> None:
    ask = Ask("refund", 0, NOW + timedelta(hours=1))
    told = situation(
        "CANCELLED", "COMPLETED", "RELEASED", around=Surroundings(asks=(ask,)), cancel_requested=True
    )
    [wait] = explain(told).waits_for
    assert wait.text.endswith("since 12:00:01; it is asked at 13:05:00")


def test_staff_decides_when_the_provider_refused_their_refund() -> None:
    refund = {"id": "refund-1", "status": "FAILED", "updated_at": PLACED.isoformat()}
    [wait] = explain(situation("CONFIRMED", "COMPLETED", "RESERVED", refunds=[refund])).waits_for
    assert "POST /payments/payment-1/refunds/refund-1/retry" in wait.text


def test_broker_is_waited_for_when_the_event_is_not_published() -> None:
    unpublished = [replace(one, published=one.type != "order.created") for one in confirmed()[:1]]
    found = explain(situation("PENDING", None, None, events=unpublished))
    assert waits_for(found) == ["the broker to take order.created from the order service since 12:00:00"]
    assert "when it expires, not before 12:15:00" in found.waits_for[0].ends


def test_ailing_parts_and_lonely_queues_stand_in_the_way_only_while_something_is_awaited() -> None:
    around = Surroundings(
        ailing={"payment": "stopped"}, queues={"payment_queue": Queue(7, 0), "order_queue": Queue(0, 2)}
    )
    waiting = explain(situation("PENDING", "PENDING", "RESERVED", around=around))
    assert [obstacle.text for obstacle in waiting.obstacles] == [
        "payment is stopped",
        "nobody consumes payment_queue (7 messages)",
    ]
    assert waiting.obstacles[0].run[0] == "./eventflow status"
    assert not explain(situation("CONFIRMED", "COMPLETED", "RESERVED", around=around)).obstacles


def test_dead_letter_stands_in_the_way_when_there_is_one() -> None:
    letter = Letter("inventory", "order.created", "KeyError: 'sku'", 5, PLACED, "l-1")
    found = explain(situation("PENDING", "PENDING", None, around=Surroundings(letters=(letter,))))
    assert found.obstacles[0].text == (
        "the inventory service has given up on order.created after 5 attempts, last at 12:00:00: KeyError: 'sku'"
    )
    assert found.obstacles[0].run == ("./eventflow dlq show l-1", "./eventflow dlq replay l-1 --dry-run")


def test_date_is_told_when_it_was_not_today() -> None:
    old = event("payment.charge_requested", "reservation.stock_reserved", -86_400_000, price={})
    [wait] = explain(situation("PENDING", "PROCESSING", "RESERVED", events=[old])).waits_for
    assert "since 2026-06-30 12:00:00" in wait.text
