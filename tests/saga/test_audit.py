"""The audit of these tests finds what is wrong with the books: cooked ones are named, one invariant each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from inventory_service.domain.stock import Stock
from inventory_service.tables import RESERVATIONS, STOCK
from order_service.domain.lifecycle import OrderStatus, PaymentStatus
from order_service.tables import ORDERS
from payment_service.domain.payment import PaymentStatus as PaymentState
from payment_service.tables import PAYMENTS
from shared.eventsourcing.rows import Table
from shared.testing.service import MemoryService
from tests.saga.audit import audit
from tests.saga.shop import Shop


def cook(
    service: MemoryService[Any], table: Table[Any], row_id: object, change: Callable[[Any], Any]
) -> None:
    """Writes another state into a row, past its events."""
    version, state, created_at, updated_at = service.database.committed(table.name)[str(row_id)]
    cooked = table.adapter.dump_json(change(table.adapter.validate_json(state))).decode()
    service.database.take_over({(table.name, str(row_id)): (version, cooked, created_at, updated_at)}, ())


def order_is(status: OrderStatus) -> Callable[[Shop, UUID], None]:
    return lambda shop, order_id: cook(
        shop.orders, ORDERS, order_id, lambda order: replace(order, status=status)
    )


def payment_is(**fields: Any) -> Callable[[Shop, UUID], None]:
    return lambda shop, order_id: cook(
        shop.payments, PAYMENTS, order_id, lambda payment: replace(payment, **fields)
    )


def stock_is(stock: Stock) -> Callable[[Shop, UUID], None]:
    return lambda shop, _: cook(shop.inventory, STOCK, "MUG", lambda _: stock)


def reservation_holds_nothing(shop: Shop, order_id: UUID) -> None:
    cook(shop.inventory, RESERVATIONS, order_id, lambda reservation: replace(reservation, lines=()))


def view_is_old(shop: Shop, order_id: UUID) -> None:
    cook(shop.orders, ORDERS, order_id, lambda order: replace(order, payment_status=PaymentStatus.PENDING))


def an_event_is_gone(shop: Shop, _: UUID) -> None:
    events = shop.payments.database.events
    events[:] = [event for event in events if event.version != 2]


def the_shelf_is_overdrawn_for_a_moment(shop: Shop, _: UUID) -> None:
    reword(shop.inventory, '"reserved":2', '"reserved":9')


def reword(service: MemoryService[Any], said: str, says: str) -> None:
    """Changes what stored events say."""
    events = service.database.events
    events[:] = [replace(event, data=event.data.replace(said, says)) for event in events]


def provider_has_lost_its_books(shop: Shop, _: UUID) -> None:
    shop.provider.books = type(shop.provider.books)()


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (order_is(OrderStatus.PENDING), "I1"),
        (order_is(OrderStatus.SHIPPED), "I1"),
        (payment_is(status=PaymentState.PROCESSING), "I1"),
        (stock_is(Stock(5, 6)), "I2"),
        (stock_is(Stock(5, 1)), "I2"),
        (reservation_holds_nothing, "I2"),
        (the_shelf_is_overdrawn_for_a_moment, "9 reserved at"),
        (order_is(OrderStatus.CANCELLED), "I3"),
        (payment_is(captured=1), "I3"),
        (payment_is(captured=1), "I4"),
        (provider_has_lost_its_books, "I4"),
        (stock_is(Stock(5, 1)), "folded"),
        (an_event_is_gone, "version 3 after 1"),
        (view_is_old, "shows PENDING"),
    ],
)
def test_named_when_the_books_are_cooked(
    shop: Shop, spoil: Callable[[Shop, UUID], None], complaint: str
) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    assert audit(shop) == []

    spoil(shop, order_id)

    assert any(complaint in sentence for sentence in audit(shop)), audit(shop)


def test_named_when_money_was_returned_that_nobody_asked_for(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.refund(order_id, 100)
    shop.settle()
    assert audit(shop) == []

    shop.asked_back.clear()

    assert any(sentence.startswith("I3") for sentence in audit(shop))


def test_named_when_more_was_asked_back_for_a_moment_than_had_been_taken(shop: Shop) -> None:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.refund(order_id, 100)
    shop.settle()

    reword(shop.payments, '"amount":100', '"amount":5000')

    assert any("I3" in sentence and "requested at" in sentence for sentence in audit(shop)), audit(shop)
