"""I6: an event that was not heard is lost only when it cannot be on its way any more."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest

from ops.audit.aligning import aligned
from ops.audit.broker import Broker
from ops.audit.deliveries import Heard, Missing
from ops.audit.publications import Publications
from shared.messaging.topology import SUBSCRIPTIONS

PAYMENT = SUBSCRIPTIONS["payment"]
EVENT = Missing("order", UUID(int=7), 50, "order.created", "order-1 version 1", "")


def order_told(published_by_then: int) -> Publications:
    public = {"order.created": "order.created"}
    return Publications("order", public, 100, published_by_then, 100, 100, None, None)


def broker(**messages: int | None) -> Broker:
    """Every queue of the payment service is empty but those given, dots and all."""
    given = {name.replace("__", "."): count for name, count in messages.items()}
    return Broker(dict.fromkeys(PAYMENT.queues, 0) | given, {})


@pytest.mark.parametrize(
    ("at", "reached", "published_by_then", "lost"),
    [
        (broker(), 0, 0, True),
        (broker(payment_queue=3), 0, 100, False),
        (broker(payment_queue=3), 60, 100, True),
        (broker(payment_queue=3), 60, 40, False),
        (broker(payment_queue=3), 40, 100, False),
        (broker(payment_queue=None), 0, 100, False),
        (broker(payment_queue__retry__10s=1), 60, 100, False),
        (broker(payment_queue__dead=1), 60, 100, False),
    ],
    ids=[
        "queues are empty",
        "it may wait in the queue",
        "later ones were heard, long ago",
        "later ones were heard, just now",
        "only earlier ones were heard",
        "the broker has not counted yet",
        "something is retried",
        "something is about to be a dead letter",
    ],
)
def test_event_is_lost_only_when_it_cannot_be_on_its_way(
    at: Broker, reached: int, published_by_then: int, lost: bool
) -> None:
    heard = Heard(PAYMENT, {}, reached={("order", "order.created"): reached}, missing=[EVENT])
    [suspect] = heard.suspects(at, {"order": order_told(published_by_then)})
    assert suspect.under_way is not lost
    assert suspect.offender.command == "./eventflow replay order --to payment_queue --type order.created"


def test_added_queues_are_known_when_they_have_retry_queues_of_their_own() -> None:
    bindings = {
        "sales_queue": frozenset(
            {("", "sales_queue"), ("order_exchange", "order.confirmed"), ("sales_retry", "sales_queue")}
        ),
        "sales_queue.dead": frozenset({("sales_retry", "sales_queue.dead")}),
        "notification_stream": frozenset({("order_exchange", "#")}),
    }
    found = Broker({}, bindings)
    assert found.service_queues == ["sales_queue"]
    assert found.types("sales_queue") == {"order.confirmed"}


async def test_every_key_appears_with_its_rows_when_streams_are_aligned() -> None:
    found = [
        (key, tuple(row and row[1] for row in rows))
        async for key, rows in aligned(
            pages([[(1, "a"), (2, "b")], [(4, "d")]]), pages([]), pages([[(2, "B"), (3, "C")]])
        )
    ]
    assert found == [
        (1, ("a", None, None)),
        (2, ("b", None, "B")),
        (3, (None, None, "C")),
        (4, ("d", None, None)),
    ]


async def pages(made: Sequence[Sequence[tuple[int, str]]]) -> AsyncIterator[Sequence[tuple[int, str]]]:
    for page in made:
        yield page
