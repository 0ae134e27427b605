"""What is on disk can be read for ever: names, shapes, and the way there and back."""

import json
from collections.abc import Sequence

from hypothesis import given as for_all

from order_service.domain.commands import DeliverOrder, OrderCommand
from order_service.domain.events import Event
from order_service.domain.order import Order
from order_service.tables import LISTINGS, ORDERS
from shared.eventsourcing.codec import Codec
from tests.unit.order_service import stories
from tests.unit.order_service.stories import ORDER_ID, SHIPPED, after, given, when
from tests.unit.order_service.test_any_order import ANY_STORY

CODEC = Codec([ORDERS])


def test_names_stay_as_they_are_when_code_changes() -> None:
    assert list(ORDERS.events) == [
        "order.created",
        "order.stock_secured",
        "order.payment_received",
        "order.confirmed",
        "order.processing_started",
        "order.shipped",
        "order.delivered",
        "order.details_edited",
        "order.payment_declined",
        "order.stock_refused",
        "order.failed",
        "order.cancelled",
        "order.stock_returned",
        "order.payment_withdrawn",
        "order.money_returned",
        "order.refund_refused",
        "order.note_added",
    ]


def test_every_event_has_a_name_when_it_is_stored() -> None:
    assert set(ORDERS.events.values()) == set(Event.__args__)


def test_placing_is_stored_in_the_known_shape_when_an_order_is_placed() -> None:
    outcome = when(Order(), stories.PLACE)
    assert isinstance(outcome, Sequence)
    assert json.loads(CODEC.encode("order.created", outcome[0])) == {
        "number": "EF-7K3Q9M",
        "customer_id": "c-1",
        "lines": [
            {
                "sku": "MUG-1",
                "name": "Mug",
                "quantity": 2,
                "unit_price": {"amount": 1999, "currency": "USD"},
            },
            {"sku": "TEA-1", "name": "Tea", "quantity": 1, "unit_price": {"amount": 500, "currency": "USD"}},
        ],
        "total": {"amount": 4498, "currency": "USD"},
        "payment_method": "pm_card_visa",
        "shipping_address": "sealed address",
        "notes": "sealed notes",
        "expires_at": "2026-07-01T12:15:00Z",
    }


@for_all(ANY_STORY)
def test_events_and_state_come_back_unchanged_when_they_were_stored(story: list[OrderCommand]) -> None:
    order, events = Order(), list[Event]()
    for command in story:
        outcome = when(order, command)
        new = list(outcome) if isinstance(outcome, Sequence) else []
        order, events = after(order, new), events + new

    read = [CODEC.decode(name, CODEC.encode(name, event)) for event in events if (name := CODEC.name(event))]

    assert read == events
    assert after(ORDERS.initial, read) == order
    assert ORDERS.adapter.validate_json(ORDERS.adapter.dump_json(order)) == order


def test_whole_order_comes_back_when_it_was_delivered() -> None:
    order = given(*SHIPPED, DeliverOrder(ORDER_ID))
    assert ORDERS.adapter.validate_json(ORDERS.adapter.dump_json(order)) == order


def test_listing_comes_back_when_it_was_stored() -> None:
    for listing in stories.LISTINGS.values():
        assert LISTINGS.adapter.validate_json(LISTINGS.adapter.dump_json(listing)) == listing
