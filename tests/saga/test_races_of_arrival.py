"""Races 1-5, 12, 13, 19, 22 and 26: events that come twice, late, or before what they follow from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from inventory_service.domain.product import ChangeProduct
from inventory_service.domain.reservation import ReservationStatus, StockReserved
from order_service.domain.commands import ShipOrder, StartProcessing
from order_service.domain.lifecycle import OrderStatus, PaymentStatus, StockStatus
from order_service.tables import LISTINGS
from payment_service.domain.payment import PaymentStatus as PaymentState
from payment_service.tables import PAYMENTS
from shared.eventsourcing.recorded import Recorded
from shared.testing.service import MemoryService
from tests.saga.audit import audit
from tests.saga.shop import Shop


def confirmed(shop: Shop) -> None:
    shop.place(("MUG", 2))
    shop.settle()


def cancelled_when_paid(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.cancel(order_id)
    shop.settle()


def cancelled_before_anybody_heard(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.cancel(order_id)
    shop.settle()


def declined(shop: Shop) -> None:
    shop.place(("MUG", 2), method="pm_card_chargeDeclined")
    shop.settle()


def out_of_stock(shop: Shop) -> None:
    shop.place(("MUG", 6))
    shop.settle()


def shipped_and_partly_refunded(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2), method="pm_test_refund_fails")
    shop.settle()
    shop.ship(order_id)
    shop.refund(order_id, 100)
    shop.settle()
    shop.refund(order_id, 100)
    shop.settle()


STORIES: list[Callable[[Shop], None]] = [
    confirmed,
    cancelled_when_paid,
    cancelled_before_anybody_heard,
    declined,
    out_of_stock,
    shipped_and_partly_refunded,
]


class EverythingTwice(Shop):
    """A shop without an inbox, in which each message comes with a copy of itself in the same batch."""

    def __init__(self) -> None:
        super().__init__(remembers=False)

    def arrive(self, delivery: Any) -> None:
        copy = replace(
            delivery, replayed=True
        )  # a copy that the inbox would let through even if there were one
        self.broker.deliver(copy)
        self.service(delivery.service).hear(delivery, copy)


@pytest.mark.parametrize("story", STORIES)
def test_race_01_second_has_no_effect_when_an_event_comes_twice_in_one_batch(
    story: Callable[[Shop], None],
) -> None:
    """What comes twice counts once, even if only the deciders are there to notice."""
    once, twice = Shop(), EverythingTwice()
    for shop in (once, twice):
        shop.stock("MUG", 5)
        story(shop)

    assert [happened(service) for service in twice.services] == [
        happened(service) for service in once.services
    ]
    assert audit(twice) == []


@pytest.mark.parametrize("remembers", [True, False], ids=["inbox emptied", "no inbox"])
@pytest.mark.parametrize("story", STORIES)
def test_race_01_second_has_no_effect_when_an_event_comes_again_a_month_later(
    story: Callable[[Shop], None], remembers: bool
) -> None:
    """The inbox has forgotten it by then, and nothing happens all the same."""
    shop = Shop(remembers=remembers)
    shop.stock("MUG", 5)
    story(shop)
    before = [happened(service) for service in shop.services]

    shop.clock.advance(timedelta(days=30))
    for service in shop.services:
        service.database.empty("inbox")
    for delivery in list(shop.broker.routed):
        shop.arrive_again(delivery)
    shop.settle()

    assert [happened(service) for service in shop.services] == before
    assert audit(shop) == []


def test_race_02_charged_when_the_order_arrives_after_its_reservation(shop: Shop) -> None:
    """The payment service remembers the reservation, says nothing, and charges once it knows the order."""
    order_id = placed_and_reserved(shop)

    shop.hear("payment", "inventory.reserved")
    shop.relay()
    assert shop.payment(order_id).status is None
    assert shop.told(order_id) == ["order.created", "inventory.reserved"]
    assert shop.till.due() == []

    shop.hear("payment", "order.created")
    assert shop.payment(order_id).status is PaymentState.PROCESSING
    shop.settle()
    assert shop.order(order_id).status is OrderStatus.CONFIRMED
    assert shop.provider.kept() == 2 * 1999
    assert audit(shop) == []


def test_race_03_nothing_is_ever_reserved_when_the_cancel_reaches_inventory_before_the_order(
    shop: Shop,
) -> None:
    """A tombstone: remembered without a word; the order then only makes it tell that it holds nothing."""
    order_id = shop.place(("MUG", 2))
    shop.cancel(order_id)
    shop.relay()

    shop.hear("inventory", "order.cancelled")
    shop.relay()
    assert shop.reservation(order_id).status is None
    assert "inventory.released" not in shop.told(order_id)

    shop.hear("inventory", "order.created")
    shop.settle()
    assert shop.reservation(order_id).status is ReservationStatus.RELEASED
    assert [h.data.lines for h in shop.published() if h.type == "inventory.released"] == [()]
    assert not any(isinstance(recorded.event, StockReserved) for recorded in shop.inventory.recorded())
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def test_race_03_nothing_is_ever_charged_when_the_cancel_reaches_payment_before_the_order(
    shop: Shop,
) -> None:
    """A tombstone: once the order arrives, the payment is opened and ended in one commit, before any reservation."""
    order_id = shop.place(("MUG", 2))
    shop.cancel(order_id)
    shop.relay()

    shop.hear("payment", "order.cancelled")
    shop.relay()
    assert shop.payment(order_id).status is None
    assert shop.told(order_id) == ["order.created", "order.cancelled"]

    shop.hear("payment", "order.created")
    assert in_one_commit(shop, order_id) == ["payment.initiated", "payment.cancelled"]
    shop.settle()
    assert shop.payment(order_id).status is PaymentState.CANCELLED
    assert list(shop.provider.books) == []
    assert audit(shop) == []


def test_race_04_cancelled_when_the_order_arrives_after_its_refused_reservation(shop: Shop) -> None:
    """A tombstone as well: the payment is opened and ended in one commit, and nobody is asked for money."""
    order_id = placed_and_reserved(shop, units=6)

    shop.hear("payment", "inventory.reservation_failed")
    shop.relay()
    assert shop.payment(order_id).status is None
    assert shop.told(order_id) == ["order.created", "inventory.reservation_failed"]

    shop.hear("payment", "order.created")
    assert in_one_commit(shop, order_id) == ["payment.initiated", "payment.cancelled"]
    shop.settle()
    assert shop.payment(order_id).status is PaymentState.CANCELLED
    assert shop.order(order_id).status is OrderStatus.FAILED
    assert list(shop.provider.books) == []
    assert audit(shop) == []


def test_race_05_confirmed_when_payment_is_known_before_the_reservation(shop: Shop) -> None:
    """Whichever comes first, the order waits for both."""
    order_id = placed_and_reserved(shop)
    shop.hear("payment")
    shop.till.work()
    shop.relay()

    shop.hear("order", "payment.processed")
    assert shop.order(order_id).status is OrderStatus.PENDING
    shop.hear("order", "inventory.reserved")
    assert shop.order(order_id).status is OrderStatus.CONFIRMED
    shop.settle()
    assert shop.told(order_id).count("order.confirmed") == 1
    assert audit(shop) == []


def test_race_12_never_confirmed_when_the_release_is_known_before_its_reservation(shop: Shop) -> None:
    """A reservation is void once its release was heard, however late its own news comes."""
    order_id = shop.place(("MUG", 2), method="pm_card_chargeDeclined")
    shop.relay()
    shop.hear("inventory")
    shop.relay()
    shop.hear("payment")
    shop.till.work()
    shop.relay()
    shop.hear("inventory", "payment.failed")
    shop.relay()

    shop.hear("order", "inventory.released")
    shop.hear("order", "inventory.reserved")
    order = shop.order(order_id)
    assert (order.status, order.stock_status) == (OrderStatus.PENDING, StockStatus.RELEASED)

    shop.settle()
    assert shop.order(order_id).status is OrderStatus.FAILED
    assert "order.confirmed" not in shop.told(order_id)
    assert audit(shop) == []


def test_race_13_on_hand_falls_once_when_shipped_is_heard_first_and_twice() -> None:
    """However early and often SHIPPED is heard among the order's news, the units leave the shelf once."""
    shop = Shop(remembers=False)
    shop.stock("MUG", 5)
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.steer(StartProcessing(order_id))
    shop.relay()
    shop.steer(ShipOrder(order_id))
    shop.relay()
    [started, shipped] = shop.broker.waiting("inventory", "order.updated")
    created = next(d for d in shop.broker.routed if (d.service, d.type) == ("inventory", "order.created"))

    shop.arrive(shipped)
    assert shop.level("MUG") == (3, 0)
    for late in (shipped, created, started, shipped):
        shop.arrive_again(late)
    shop.settle()

    assert shop.level("MUG") == (3, 0)
    assert shop.reservation(order_id).status is ReservationStatus.FULFILLED
    assert [h.data.cause for h in shop.published() if h.type == "inventory.updated"].count("shipped") == 1
    assert audit(shop) == []


def test_race_19_higher_version_stays_when_an_older_product_comes_after_a_newer(shop: Shop) -> None:
    """The catalogue copy keeps what the inventory service said last, not what arrived last."""
    shop.manage(ChangeProduct("MUG", prices={"USD": 2999}))
    shop.inventory.relay()
    shop.manage(ChangeProduct("MUG", prices={"USD": 3999}))
    shop.inventory.relay()
    older, newer = shop.broker.waiting("order", "inventory.updated")

    shop.arrive(newer)
    shop.arrive(older)

    [row] = shop.orders.rows(LISTINGS).values()
    assert (row.version, row.state.prices) == (4, {"USD": 3999})


def test_race_22_no_effect_when_an_order_is_cancelled_that_never_got_any_stock(shop: Shop) -> None:
    """There is nothing to give back and nothing to return; nobody minds being asked."""
    order_id = placed_and_reserved(shop, units=6)
    shop.cancel(order_id)
    before = happened(shop.inventory)
    shop.settle()

    assert happened(shop.inventory) == before
    assert shop.reservation(order_id).status is ReservationStatus.REJECTED
    assert shop.payment(order_id).status is PaymentState.CANCELLED
    assert shop.told(order_id).count("payment.cancelled") == 1
    assert audit(shop) == []


def test_race_22_no_effect_when_an_order_is_cancelled_whose_payment_was_declined(shop: Shop) -> None:
    """The stock was given back for the one reason; the other finds nothing to do, and no money to return."""
    order_id = shop.place(("MUG", 2), method="pm_card_chargeDeclined")
    shop.relay()
    shop.hear("inventory")
    shop.relay()
    shop.hear("payment")
    shop.till.work()
    shop.relay()
    shop.hear("inventory", "payment.failed")
    shop.cancel(order_id)
    shop.settle()

    assert shop.order(order_id).status is OrderStatus.CANCELLED
    assert shop.told(order_id).count("inventory.released") == 1
    assert shop.payment(order_id).status is PaymentState.FAILED
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def test_race_26_newer_stays_when_older_news_reach_the_view_after_it(shop: Shop) -> None:
    """The order's page shows the newest of each stream: refunded stays refunded, released stays released."""
    order_id = placed_and_reserved(shop)
    shop.hear("payment")
    shop.till.work()
    shop.relay()
    shop.cancel(order_id)
    shop.relay()
    shop.hear("payment")
    shop.hear("inventory")
    shop.till.work()
    shop.relay()

    shop.hear("order", "payment.refunded", "inventory.released")
    shop.hear("order", "payment.processed", "inventory.reserved")

    order = shop.order(order_id)
    assert (order.payment_status, order.stock_status) == (PaymentStatus.REFUNDED, StockStatus.RELEASED)
    assert order.refunded_total.amount == 2 * 1999
    shop.settle()
    assert audit(shop) == []


def test_race_26_larger_total_stays_when_an_earlier_refund_is_heard_after_a_later_one(shop: Shop) -> None:
    """What was returned only grows, so the sum on the order's page does too."""
    order_id = shop.place(("MUG", 2))
    shop.settle()
    for amount in (1000, 500):
        shop.refund(order_id, amount)
        shop.till.work()
        shop.payments.relay()
    earlier, later = shop.broker.waiting("order", "payment.refunded")

    shop.arrive(later)
    shop.arrive(earlier)

    assert shop.order(order_id).refunded_total.amount == 1500
    assert audit(shop) == []


def placed_and_reserved(shop: Shop, units: int = 2) -> UUID:
    """An order of which the inventory service has told its decision, and the payment service has heard nothing."""
    order_id = shop.place(("MUG", units))
    shop.relay()
    shop.hear("inventory")
    shop.relay()
    return order_id


def happened(service: MemoryService[Any]) -> list[tuple[str, int, str]]:
    return [(recorded.stream, recorded.version, recorded.type) for recorded in service.recorded()]


def in_one_commit(shop: Shop, order_id: UUID) -> list[str]:
    """The types of the events that the payment's last command came to."""
    events: list[Recorded] = [
        e for e in shop.payments.recorded() if e.stream == PAYMENTS.stream(str(order_id))
    ]
    return [event.type for event in events if event.command_id == events[-1].command_id]
