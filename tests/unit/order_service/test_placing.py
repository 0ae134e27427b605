from dataclasses import replace

import pytest

from order_service.domain.commands import PlaceOrder, WantedLine
from order_service.domain.events import Line, OrderPlaced
from order_service.domain.lifecycle import OrderStatus, PaymentStatus, StockStatus
from order_service.domain.listings import Listing
from order_service.domain.money import Money
from order_service.domain.order import Order
from order_service.domain.placing import TOTAL_LIMIT, place
from order_service.domain.refusals import (
    ChangedPrice,
    Discontinued,
    LinesNotOrderable,
    NotPricedIn,
    PriceChanged,
    TotalTooLarge,
    UnknownProduct,
)
from tests.unit.order_service.stories import EXPIRES_AT, LISTINGS, PLACE, given, when


def wanting(*lines: WantedLine, currency: str = "USD") -> PlaceOrder:
    return replace(PLACE, lines=lines, currency=currency)


def test_order_is_placed_at_our_prices_when_its_products_are_known() -> None:
    mug = Line("MUG-1", "Mug", 2, Money(1999, "USD"))
    tea = Line("TEA-1", "Tea", 1, Money(500, "USD"))

    assert when(Order(), PLACE) == [
        OrderPlaced(
            number="EF-7K3Q9M",
            customer_id="c-1",
            lines=(mug, tea),
            total=Money(4498, "USD"),
            payment_method="pm_card_visa",
            shipping_address="sealed address",
            notes="sealed notes",
            expires_at=EXPIRES_AT,
        )
    ]
    assert mug.total == Money(3998, "USD")


def test_order_is_pending_in_every_respect_when_placed() -> None:
    order = given(PLACE)

    assert order.status is OrderStatus.PENDING
    assert order.payment_status is PaymentStatus.PENDING
    assert order.stock_status is StockStatus.PENDING
    assert order.refunded_total == Money(0, "USD")


def test_price_is_that_of_the_wanted_currency_when_there_are_several() -> None:
    order = given(wanting(WantedLine("MUG-1", 1), currency="EUR"))
    assert order.total == Money(1849, "EUR")


def test_lines_stay_apart_when_one_product_is_listed_twice() -> None:
    order = given(wanting(WantedLine("MUG-1", 1), WantedLine("MUG-1", 2)))

    assert [line.quantity for line in order.lines] == [1, 2]
    assert order.total == Money(5997, "USD")


def test_nothing_happens_when_the_order_is_placed_again() -> None:
    assert when(given(PLACE), PLACE) == []


def test_every_line_at_fault_is_named_when_products_cannot_be_ordered() -> None:
    """Race 21: what is discontinued can no longer be ordered."""
    command = wanting(
        WantedLine("NONE", 1), WantedLine("MUG-1", 1), WantedLine("OLD-1", 1), WantedLine("TEA-1", 1)
    )
    assert when(Order(), command) == LinesNotOrderable((UnknownProduct(0, "NONE"), Discontinued(2, "OLD-1")))


def test_line_is_refused_when_it_has_no_price_in_the_currency() -> None:
    command = wanting(WantedLine("MUG-1", 1), WantedLine("TEA-1", 1), currency="EUR")
    assert when(Order(), command) == LinesNotOrderable((NotPricedIn(1, "TEA-1", "EUR"),))


def test_order_is_refused_when_a_price_is_not_the_stated_one() -> None:
    """Race 18."""
    command = wanting(WantedLine("TEA-1", 1, 500), WantedLine("MUG-1", 1, 1899))
    changed = ChangedPrice(1, "MUG-1", expected=Money(1899, "USD"), current=Money(1999, "USD"))
    assert when(Order(), command) == PriceChanged((changed,))


def test_current_price_counts_when_none_is_stated() -> None:
    """Race 18."""
    assert given(wanting(WantedLine("MUG-1", 1))).total == Money(1999, "USD")


@pytest.mark.parametrize(("price", "placed"), [(TOTAL_LIMIT, True), (TOTAL_LIMIT + 1, False)])
def test_total_decides_when_it_is_at_the_limit(price: int, placed: bool) -> None:
    listings = {**LISTINGS, "GOLD-1": Listing("Gold", {"USD": price})}
    outcome = place(Order(), wanting(WantedLine("GOLD-1", 1)), listings)
    refusal = TotalTooLarge(Money(TOTAL_LIMIT + 1, "USD"), TOTAL_LIMIT)
    assert isinstance(outcome, list) if placed else outcome == refusal
