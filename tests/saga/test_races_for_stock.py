"""Races 10, 11, 20 and 21: no unit is promised twice, whoever comes at the same time."""

import pytest

from inventory_service.domain.product import AdjustStock, BelowReserved, ChangeProduct
from inventory_service.domain.reservation import ReservationStatus
from order_service.domain.commands import WantedLine
from order_service.domain.lifecycle import OrderStatus
from order_service.domain.refusals import Discontinued, LinesNotOrderable
from shared.runtime.submissions import Decided
from tests.saga.audit import audit
from tests.saga.rivals import EVERY_MOMENT, race
from tests.saga.shop import Shop, decided


@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_10_exactly_one_is_reserved_when_two_orders_want_the_last_unit(shop: Shop, moment: int) -> None:
    """Handled by two processes at once: one order is confirmed, the other fails for want of stock."""
    shop.stock("TEA", 1)
    orders = [shop.place(("TEA", 1)) for _ in range(2)]
    for _ in orders:
        shop.orders.relay(at_most=1)
    one, other = shop.broker.waiting("inventory", "order.created")

    race(moment, shop.inventory.start_hearing(one), shop.inventory.start_hearing(other))
    shop.settle()

    assert sorted(str(shop.order(order_id).status) for order_id in orders) == ["CONFIRMED", "FAILED"]
    assert shop.level("TEA") == (1, 1)
    assert audit(shop) == []


def test_race_10_exactly_one_is_reserved_when_both_orders_come_in_one_batch(shop: Shop) -> None:
    """Decided one after the other: the second sees what the first has taken."""
    shop.stock("TEA", 1)
    first, second = (shop.place(("TEA", 1)) for _ in range(2))
    shop.relay()
    shop.hear("inventory")
    shop.settle()

    assert shop.order(first).status is OrderStatus.CONFIRMED
    assert shop.order(second).status is OrderStatus.FAILED
    assert shop.level("TEA") == (1, 1)
    assert audit(shop) == []


@pytest.mark.parametrize(
    ("quantities", "status", "reserved"),
    [((3, 3), OrderStatus.FAILED, 0), ((2, 3), OrderStatus.CONFIRMED, 5)],
)
def test_race_11_quantities_add_up_when_one_order_lists_a_sku_twice(
    shop: Shop, quantities: tuple[int, int], status: OrderStatus, reserved: int
) -> None:
    """Five are there: three and three are too many, two and three are all of them."""
    order_id = shop.place(*(("MUG", quantity) for quantity in quantities))
    shop.settle()

    assert shop.order(order_id).status is status
    assert shop.level("MUG") == (5, reserved)
    assert audit(shop) == []


@pytest.mark.parametrize("orders_first", [True, False])
@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_20_never_more_reserved_than_on_hand_when_stock_is_adjusted_while_orders_reserve(
    shop: Shop, moment: int, orders_first: bool
) -> None:
    """Either the order gets its units and the adjustment is refused (409), or the other way round."""
    order_id = shop.place(("MUG", 4))
    shop.relay()
    [created] = shop.broker.waiting("inventory")
    reserving = shop.inventory.start_hearing(created)
    adjusting = shop.inventory.start(shop.managing(AdjustStock("MUG", -2, "breakage")))

    race(moment, *((reserving, adjusting) if orders_first else (adjusting, reserving)))
    shop.settle()

    [outcome] = adjusting.result
    assert isinstance(outcome, Decided)
    if outcome.refusal is None:
        assert shop.order(order_id).status is OrderStatus.FAILED
        assert shop.level("MUG") == (3, 0)
    else:
        assert outcome.refusal == BelowReserved("MUG", on_hand=5, reserved=4, delta=-2)
        assert shop.order(order_id).status is OrderStatus.CONFIRMED
        assert shop.level("MUG") == (5, 4)
    assert audit(shop) == []


@pytest.mark.parametrize("reserved_before", [True, False])
def test_race_21_open_orders_finish_when_their_product_is_discontinued(
    shop: Shop, reserved_before: bool
) -> None:
    """What was ordered in time is reserved, paid and shipped; a new order is refused (422)."""
    open_order = shop.place(("MUG", 2))
    if reserved_before:
        shop.settle()
    shop.manage(ChangeProduct("MUG", discontinued=True))
    shop.inventory.relay()
    shop.hear("order", "inventory.updated")

    refused = decided(shop.orders.handle(shop.placing(shop.ids.new(), WantedLine("MUG", 1))))
    assert refused.refusal == LinesNotOrderable((Discontinued(0, "MUG"),))
    assert refused.answer is not None
    assert refused.answer.status == 422

    shop.settle()
    shop.ship(open_order)
    shop.settle()
    assert shop.reservation(open_order).status is ReservationStatus.FULFILLED
    assert shop.level("MUG") == (3, 0)
    assert audit(shop) == []


def test_race_21_stock_comes_back_when_an_open_order_of_a_discontinued_product_is_cancelled(
    shop: Shop,
) -> None:
    """Discontinuing takes nothing away from what an open order may still do."""
    open_order = shop.place(("MUG", 2))
    shop.settle()
    shop.manage(ChangeProduct("MUG", discontinued=True))
    shop.cancel(open_order)
    shop.settle()

    assert shop.level("MUG") == (5, 0)
    assert shop.provider.kept() == 0
    assert audit(shop) == []
