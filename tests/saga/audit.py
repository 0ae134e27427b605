"""The whole shop's books, checked at the end of a story."""

from inventory_service.tables import RESERVATIONS, STOCK
from order_service.tables import ORDERS
from payment_service.tables import PAYMENTS
from shared.testing.folds import disagreements
from tests.saga.invariants import (
    i1_every_order_has_come_to_rest,
    i2_at_every_moment,
    i2_no_unit_is_promised_twice,
    i3_at_every_moment,
    i3_money_was_taken_for_what_was_given,
    i4_provider_agrees,
)
from tests.saga.shop import Shop
from tests.saga.views import outdated_views


def audit(shop: Shop) -> list[str]:
    """What is wrong with the books of a shop in which nothing is under way; empty when nothing is."""
    orders, payments = shop.orders.states(ORDERS), shop.payments.states(PAYMENTS)
    reservations, stock = shop.inventory.states(RESERVATIONS), shop.inventory.states(STOCK)
    return [
        *broken_at_some_moment(shop),
        *i1_every_order_has_come_to_rest(orders, payments, reservations),
        *i2_no_unit_is_promised_twice(stock, reservations),
        *i3_money_was_taken_for_what_was_given(orders, payments, shop.asked_back),
        *i4_provider_agrees(payments, shop.provider.books),
        *(sentence for service in shop.services for sentence in disagreements(service)),
        *outdated_views(orders, shop.published()),
    ]


def broken_at_some_moment(shop: Shop) -> list[str]:
    """What was wrong at any time, whatever is under way."""
    return [
        *i2_at_every_moment(shop.inventory.recorded()),
        *i3_at_every_moment(shop.payments.recorded()),
    ]
