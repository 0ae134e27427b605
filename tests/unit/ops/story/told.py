"""Stories for tests: events as the services' histories tell them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.story.archive import Story, StoryEvent

PLACED = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
USD_45 = {"amount": 4498, "currency": "USD"}
LINES = [{"sku": "MUG-BLUE", "quantity": 2, "on_hand": 5, "reserved": 2}]


def event(
    type: str, cause: str, after_ms: int, *, by: str | None = None, published: bool = True, **data: Any
) -> StoryEvent:
    """An event with its type as its id, so many milliseconds after the order was placed; by its service, or `by`."""
    prefix = type.split(".", maxsplit=1)[0]
    service = {"reservation": "inventory"}.get(prefix, prefix)
    return StoryEvent(
        id=type,
        service=service,
        type=type,
        version=1,
        time=PLACED + timedelta(milliseconds=after_ms),
        data=data,
        by=by or f"{service}_service",
        by_person=by is not None,
        cause=cause,
        published=published,
    )


def created() -> StoryEvent:
    return event("order.created", "request-1", 0, by="c-7", total=USD_45, payment_method="pm_card_visa")


def confirmed() -> list[StoryEvent]:
    """The happy path, each service's events together, as they are read."""
    told = [
        created(),
        event("order.stock_secured", "reservation.stock_reserved", 40, published=False),
        event("order.payment_received", "payment.processed", 90, published=False),
        event("order.confirmed", "payment.processed", 90),
        event("payment.initiated", "order.created", 20, price=USD_45),
        event("payment.charge_requested", "reservation.stock_reserved", 50, price=USD_45, published=False),
        event("payment.processed", "payment.charge_requested", 80, price=USD_45, reference="ch_1"),
        event("reservation.stock_reserved", "order.created", 25, lines=LINES),
    ]
    return _versioned(told)


def cancelled() -> list[StoryEvent]:
    """The happy path, and a second later a cancellation that gives everything back."""
    told = [
        *confirmed(),
        event("order.cancelled", "request-2", 1000, by="anonymous", reason="customer_request"),
        event(
            "payment.cancellation_requested",
            "order.cancelled",
            1020,
            published=False,
            reason="customer_request",
        ),
        event("payment.refund_requested", "order.cancelled", 1020, published=False, amount=USD_45),
        event("payment.refunded", "payment.refund_requested", 1060, amount=USD_45),
        event("reservation.stock_released", "order.cancelled", 1030, lines=LINES, reason="customer_request"),
    ]
    return _versioned(told)


def story(events: list[StoryEvent], **missing: str) -> Story:
    return Story("order-1", None, None, None, tuple(events), missing)


def _versioned(told: list[StoryEvent]) -> list[StoryEvent]:
    """Each with its place among those of its service."""
    counts: Counter[str] = Counter()
    versioned: list[StoryEvent] = []
    for one in told:
        counts[one.service] += 1
        versioned.append(replace(one, version=counts[one.service]))
    return versioned
