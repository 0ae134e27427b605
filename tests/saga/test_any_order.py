"""Any order of arrival that causality allows, any number of repeats, no inbox: the same end.

An event can arrive as soon as it was published and not before, so running the services themselves draws exactly the
orders that are possible. What is compared is the design's own notion of "same end": equal stock, equal captured minus
refunded, all streams final, and the order's views at the newest version (`audit`).
"""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from order_service.domain.lifecycle import OrderStatus
from order_service.tables import ORDERS
from payment_service.domain.payment import RefundStatus
from tests.saga.audit import audit
from tests.saga.journeys import Deed, Journey
from tests.saga.machinery import EXPIRY
from tests.saga.shop import VISA, Shop

MISHAPS = 12

# A journey is a hundred commits, so it is slow as examples go, and there are few of them for each story.
chances = st.randoms(use_true_random=False)
any_order = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def the_order(shop: Shop) -> UUID:
    [order_id] = shop.orders.rows(ORDERS)
    return UUID(order_id)


def cancel(shop: Shop) -> None:
    shop.cancel(the_order(shop))


def expire(shop: Shop) -> None:
    shop.clock.advance(EXPIRY)
    shop.expire()


def ship(shop: Shop) -> None:
    shop.ship(the_order(shop))


def refund_some(shop: Shop) -> None:
    shop.refund(the_order(shop), 700)


def refund_all(shop: Shop) -> None:
    shop.refund(the_order(shop))


def retry(shop: Shop) -> None:
    order_id = the_order(shop)
    [failed] = [r for r in shop.payment(order_id).refunds if r.status is RefundStatus.FAILED]
    shop.retry_refund(order_id, failed.refund_id)


def confirmed(shop: Shop) -> bool:
    return shop.order(the_order(shop)).status is OrderStatus.CONFIRMED


def captured(shop: Shop) -> bool:
    return shop.payment(the_order(shop)).captured > 0


def refund_has_failed(shop: Shop) -> bool:
    return shop.payment(the_order(shop)).refunds_failed > 0


SHIP = Deed("ship", ship, confirmed)
CANCEL = Deed("cancel", cancel)
EXPIRE = Deed("expire", expire)
REFUND_SOME = Deed("refund some", refund_some, captured)
REFUND_MORE = Deed("refund more", refund_some, captured)
REFUND_ALL = Deed("refund all that is left", refund_all, captured)
RETRY = Deed("retry the failed refund", retry, refund_has_failed)


Place = Callable[[Shop], UUID]


def buying(units: int, method: str = VISA) -> Place:
    return lambda shop: shop.place(("MUG", units), method=method)


# Each is placed once and comes to the same end, however the rest of the world behaves.
STORIES: dict[str, tuple[Place, Sequence[Deed]]] = {
    "succeeded": (buying(2), []),
    "succeeded after unknown outcomes": (buying(2, "pm_test_error_then_ok"), []),
    "declined": (buying(2, "pm_card_chargeDeclined"), []),
    "out of stock": (buying(6), []),
    "shipped": (buying(2), [SHIP]),
    "refunded by staff": (buying(2, "pm_test_timeout"), [REFUND_SOME, REFUND_MORE]),
    "refunded by staff at the second try": (
        buying(2, "pm_test_refund_fails"),
        [REFUND_SOME, REFUND_MORE, RETRY],
    ),
    "refunded by staff in full": (buying(2, "pm_test_refund_fails"), [REFUND_ALL, RETRY]),
    "shipped and refunded in part": (buying(2), [SHIP, REFUND_SOME]),
}
# Somebody or something ends it at any moment: before, while or after it is decided otherwise.
ENDED: dict[str, tuple[Place, Sequence[Deed]]] = {
    "cancelled": (buying(2), [CANCEL]),
    "cancelled while the outcome is unknown": (buying(2, "pm_test_timeout"), [CANCEL]),
    "cancelled and declined": (buying(2, "pm_card_chargeDeclined"), [CANCEL]),
    "cancelled and out of stock": (buying(6), [CANCEL]),
    "cancelled while refunds fail": (buying(2, "pm_test_refund_fails"), [REFUND_SOME, CANCEL]),
    "cancelled while staff refund all": (buying(2), [REFUND_ALL, CANCEL]),
    "expired and cancelled": (buying(2), [EXPIRE, CANCEL]),
}


def opened(*, remembers: bool) -> Shop:
    shop = Shop(remembers=remembers)
    shop.stock("MUG", 5)
    return shop


def end(shop: Shop) -> Any:
    """What must be equal in every end of one story."""
    order_id = the_order(shop)
    payment = shop.payment(order_id)
    return (
        shop.level("MUG"),
        payment.captured - payment.refunded_total,
        shop.order(order_id).status,
        payment.status,
        shop.reservation(order_id).status,
    )


@cache
def as_it_should_be(story: str) -> Any:
    """The end when everything arrives once and in order, and people do what they do as soon as nothing else moves."""
    place, deeds = STORIES[story]
    shop = opened(remembers=True)
    place(shop)
    for deed in deeds:
        shop.settle()
        deed.do(shop)
    shop.settle()
    assert audit(shop) == []
    return end(shop)


def travelled(place: Place, deeds: Sequence[Deed], chance: Random, *, remembers: bool = False) -> Shop:
    shop = opened(remembers=remembers)
    place(shop)
    journey = Journey(shop, deeds, chance, mishaps=MISHAPS)
    try:
        journey.run()
    finally:
        note("\n".join(journey.story))
    return shop


@pytest.mark.parametrize("story", STORIES)
@any_order
@given(chance=chances)
def test_same_end_when_everything_arrives_in_any_order_any_number_of_times(
    story: str, chance: Random
) -> None:
    place, deeds = STORIES[story]
    shop = travelled(place, deeds, chance)

    assert audit(shop) == []
    assert end(shop) == as_it_should_be(story)


@pytest.mark.parametrize("story", ENDED)
@any_order
@given(chance=chances)
def test_nothing_is_held_and_nothing_kept_when_an_order_is_ended_at_any_moment(
    story: str, chance: Random
) -> None:
    place, deeds = ENDED[story]
    shop = travelled(place, deeds, chance)

    assert audit(shop) == []
    assert shop.order(the_order(shop)).status in (OrderStatus.CANCELLED, OrderStatus.FAILED)
    assert shop.level("MUG") == (5, 0)
    assert shop.provider.kept() == 0


@any_order
@given(chance=chances)
def test_either_all_or_nothing_when_an_order_may_expire_at_any_moment(chance: Random) -> None:
    shop = travelled(buying(2), [EXPIRE], chance)

    assert audit(shop) == []
    kept = {OrderStatus.CONFIRMED: 2 * 1999, OrderStatus.CANCELLED: 0}
    assert shop.provider.kept() == kept[end(shop)[2]]


@any_order
@given(chance=chances)
def test_either_all_or_nothing_when_cancel_and_ship_may_come_at_any_moment(chance: Random) -> None:
    shop = travelled(buying(2), [CANCEL, SHIP], chance)

    assert audit(shop) == []
    left = {OrderStatus.SHIPPED: (3, 0), OrderStatus.CANCELLED: (5, 0)}
    assert shop.level("MUG") == left[end(shop)[2]]


@any_order
@given(chance=chances)
def test_nothing_happens_when_all_that_was_ever_told_is_told_again_in_any_order(chance: Random) -> None:
    place, deeds = chance.choice([*STORIES.values(), *ENDED.values()])
    shop = travelled(place, deeds, chance)
    before = [service.recorded() for service in shop.services]

    again = list(shop.broker.routed)
    chance.shuffle(again)
    for delivery in again:
        shop.arrive_again(delivery)

    assert [service.recorded() for service in shop.services] == before


@any_order
@given(chance=chances, remembers=st.booleans())
def test_books_are_right_when_many_orders_want_the_same_few_units(chance: Random, remembers: bool) -> None:
    """Who gets them depends on who comes first; that nobody is cheated does not."""
    shop = Shop(remembers=remembers)
    shop.stock("MUG", 5, threshold=3)
    shop.stock("TEA", 2)
    methods = [VISA, "pm_card_chargeDeclined", "pm_test_timeout", "pm_test_refund_fails"]
    deeds: list[Deed] = []
    for _ in range(5):
        lines = [(chance.choice(["MUG", "TEA"]), chance.randint(1, 3)) for _ in range(chance.randint(1, 2))]
        order_id = shop.place(*lines, method=chance.choice(methods))
        if chance.random() < 0.4:
            deeds.append(Deed("cancel", lambda shop, order_id=order_id: shop.cancel(order_id)))
    Journey(shop, deeds, chance, mishaps=MISHAPS).run()

    assert audit(shop) == []
