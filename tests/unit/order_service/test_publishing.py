import pytest
from hypothesis import given as for_all

from order_service.domain.commands import DeliverOrder, Edit, EditDetails, OrderCommand
from order_service.domain.events import Event
from order_service.domain.order import Order
from order_service.publishing import publish
from order_service.tables import ORDERS
from shared.contracts import Contract
from shared.contracts.orders import Item as PublishedItem
from shared.contracts.orders import (
    OrderCancelled,
    OrderCreated,
    OrderFailed,
    OrderUpdated,
    PricedItem,
)
from shared.contracts.orders import OrderConfirmed as PublishedConfirmation
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from tests.unit.order_service.stories import (
    CONFIRMED,
    EXPIRES_AT,
    NOW,
    ORDER_ID,
    PLACE,
    PROCESSING,
    SHIPPED,
    carried_out,
    given,
    when,
)
from tests.unit.order_service.test_any_order import ANY_STORY
from tests.unit.order_service.test_hearing import CANCEL, DECLINED, EXPIRE, REFUSED, RESERVED


def recorded(event: Event) -> Recorded:
    name = next(name for name, kind in ORDERS.events.items() if kind is type(event))
    return Recorded(
        position=0,
        id=ORDER_ID,
        stream=ORDERS.stream(str(ORDER_ID)),
        row_id=str(ORDER_ID),
        version=1,
        type=name,
        event=event,
        command_id=ORDER_ID,
        correlation_id=ORDER_ID,
        causation_id=ORDER_ID,
        actor=Actor("c-1", "staff"),
        customer_id="c-1",
        time=NOW,
    )


def published(story: tuple[OrderCommand, ...], command: OrderCommand) -> list[Contract]:
    """What others hear when `command` is given after `story`."""
    outcome = when(given(*story), command)
    assert isinstance(outcome, list)
    return [contract for event in outcome if (contract := publish(recorded(event)))]


def test_created_is_published_without_personal_data_when_an_order_is_placed() -> None:
    contract = OrderCreated(
        order_id=ORDER_ID,
        number="EF-7K3Q9M",
        customer_id="c-1",
        items=(
            PricedItem(sku="MUG-1", quantity=2, unit_price=1999, line_total=3998),
            PricedItem(sku="TEA-1", quantity=1, unit_price=500, line_total=500),
        ),
        total=4498,
        currency="USD",
        payment_method="pm_card_visa",
        expires_at=EXPIRES_AT,
    )
    assert published((), PLACE) == [contract]
    assert "sealed" not in contract.model_dump_json()


def test_confirmed_is_published_once_when_stock_and_money_are_there() -> None:
    items = (PublishedItem(sku="MUG-1", quantity=2), PublishedItem(sku="TEA-1", quantity=1))
    contract = PublishedConfirmation(order_id=ORDER_ID, items=items, total=4498, currency="USD")

    assert published((PLACE,), CONFIRMED[1]) == []
    assert published(CONFIRMED[:-1], CONFIRMED[-1]) == [contract]


@pytest.mark.parametrize(
    ("story", "command", "contract"),
    [
        (
            CONFIRMED,
            PROCESSING[-1],
            OrderUpdated(
                order_id=ORDER_ID, status="PROCESSING", previous_status="CONFIRMED", changes=("status",)
            ),
        ),
        (
            PROCESSING,
            SHIPPED[-1],
            OrderUpdated(
                order_id=ORDER_ID,
                status="SHIPPED",
                previous_status="PROCESSING",
                changes=("status", "tracking_number"),
                tracking_number="TRACK-1",
            ),
        ),
        (
            SHIPPED,
            DeliverOrder(ORDER_ID),
            OrderUpdated(
                order_id=ORDER_ID,
                status="DELIVERED",
                previous_status="SHIPPED",
                changes=("status",),
                tracking_number="TRACK-1",
            ),
        ),
        (
            CONFIRMED,
            EditDetails(ORDER_ID, shipping_address=Edit("other"), notes=Edit(None)),
            OrderUpdated(
                order_id=ORDER_ID,
                status="CONFIRMED",
                previous_status="CONFIRMED",
                changes=("shipping_address", "notes"),
            ),
        ),
        (
            (PLACE, RESERVED),
            DECLINED,
            OrderFailed(order_id=ORDER_ID, reason="payment_declined", detail="Your card was declined."),
        ),
        (
            (PLACE,),
            REFUSED,
            OrderFailed(order_id=ORDER_ID, reason="out_of_stock", detail="MUG-1: 2 wanted, 0 available"),
        ),
        (
            PROCESSING,
            CANCEL,
            OrderCancelled(order_id=ORDER_ID, reason="customer_request", previous_status="PROCESSING"),
        ),
        (
            (PLACE,),
            EXPIRE,
            OrderCancelled(order_id=ORDER_ID, reason="expired", previous_status="PENDING"),
        ),
    ],
)
def test_others_are_told_when_the_order_goes_on_or_ends(
    story: tuple[OrderCommand, ...], command: OrderCommand, contract: Contract
) -> None:
    assert published(story, command) == [contract]


@for_all(ANY_STORY)
def test_publishing_knows_every_event_when_anything_happens(story: list[OrderCommand]) -> None:
    order = Order()
    for command in story:
        outcome = when(order, command)
        for event in outcome if isinstance(outcome, list) else ():
            contract = publish(recorded(event))
            assert contract is None or contract.type.startswith("order.")
        order = carried_out(order, command)
