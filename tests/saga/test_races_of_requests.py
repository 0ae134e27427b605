"""Races 14, 17, 18, 24 and 25: requests that cross each other, are sent twice, or meet an outage."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from inventory_service.domain.product import ChangeProduct
from order_service.domain.commands import CancelOrder, ShipOrder, StartProcessing, WantedLine
from order_service.domain.lifecycle import CancelReason, OrderStatus
from order_service.domain.refusals import NoSuchStep, NotCancellable
from order_service.tables import ORDERS
from shared.database.faults import CommitUnknown, Unavailable
from shared.runtime.submissions import Decided, KeyReused, Repeated
from tests.saga.audit import audit
from tests.saga.machinery import EXPIRY
from tests.saga.rivals import EVERY_MOMENT, race
from tests.saga.shop import Shop, decided

MUGS = WantedLine("MUG", 2)


def in_processing(shop: Shop) -> UUID:
    order_id = shop.place(("MUG", 2))
    shop.settle()
    shop.steer(StartProcessing(order_id))
    return order_id


def test_race_14_cancel_is_refused_when_the_order_has_shipped(shop: Shop) -> None:
    """409: the goods have left; neither stock nor money comes back."""
    order_id = in_processing(shop)
    shop.steer(ShipOrder(order_id))
    assert shop.cancel(order_id).refusal == NotCancellable(OrderStatus.SHIPPED)
    shop.settle()

    assert shop.level("MUG") == (3, 0)
    assert shop.provider.kept() == 2 * 1999
    assert audit(shop) == []


def test_race_14_shipping_is_refused_when_the_order_was_cancelled(shop: Shop) -> None:
    """409: everything goes back; nothing leaves the building."""
    order_id = in_processing(shop)
    shop.cancel(order_id)
    assert shop.steer(ShipOrder(order_id)).refusal == NoSuchStep(OrderStatus.CANCELLED, OrderStatus.SHIPPED)
    shop.settle()

    assert shop.level("MUG") == (5, 0)
    assert shop.provider.kept() == 0
    assert audit(shop) == []


@pytest.mark.parametrize("cancel_first", [True, False])
@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_14_first_to_commit_wins_when_cancel_and_ship_come_at_once(
    shop: Shop, moment: int, cancel_first: bool
) -> None:
    """On two API processes: one is done, the other refused, and the books follow the one that was done."""
    order_id = in_processing(shop)
    cancelling = shop.orders.start(shop.steering(CancelOrder(order_id, CancelReason.CUSTOMER_REQUEST)))
    shipping = shop.orders.start(shop.steering(ShipOrder(order_id)))

    race(moment, *((cancelling, shipping) if cancel_first else (shipping, cancelling)))
    cancel, ship = decided(cancelling.result), decided(shipping.result)
    shop.settle()

    assert (cancel.refusal is None) != (ship.refusal is None)
    cancelled = cancel.refusal is None
    assert shop.order(order_id).status is (OrderStatus.CANCELLED if cancelled else OrderStatus.SHIPPED)
    assert shop.level("MUG") == ((5, 0) if cancelled else (3, 0))
    assert audit(shop) == []


# Two runs over one database stand for two API processes, whose handling keeps nothing of its own between batches; the
# real ones are among the end-to-end tests.
@pytest.mark.parametrize("moment", EVERY_MOMENT)
def test_race_17_one_order_and_equal_answers_when_a_post_is_sent_twice_at_once(
    shop: Shop, moment: int
) -> None:
    """A double click with one Idempotency-Key: the twin waits for the first and gets its answer."""
    first, twin = (
        shop.orders.start(shop.placing(shop.ids.new(), MUGS, key="double-click")) for _ in range(2)
    )
    race(moment, first, twin)

    outcomes = [first.result[0], twin.result[0]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Decided", "Repeated"]
    one, other = (o.answer for o in outcomes if isinstance(o, Decided | Repeated))
    assert one is not None
    assert other is not None
    assert one == other
    assert orjson.dumps(one.body) == orjson.dumps(other.body)
    shop.settle()
    [order_id] = shop.orders.rows(ORDERS)
    assert one.body["id"] == order_id
    assert shop.level("MUG") == (5, 2)
    assert audit(shop) == []


def test_race_17_one_order_and_equal_answers_when_both_come_in_one_batch(shop: Shop) -> None:
    """Grouped into one commit they are still two clicks on one button."""
    first, twin = shop.orders.handle(
        *(shop.placing(shop.ids.new(), MUGS, key="double-click") for _ in range(2))
    )
    assert isinstance(first, Decided)
    assert isinstance(twin, Repeated)
    assert first.answer == twin.answer
    assert len(shop.orders.rows(ORDERS)) == 1


def test_race_17_refused_when_the_key_comes_again_with_another_body(shop: Shop) -> None:
    """422: a key stands for one request."""
    shop.orders.handle(shop.placing(shop.ids.new(), MUGS, key="one-key"))
    again = shop.orders.handle(shop.placing(shop.ids.new(), WantedLine("MUG", 1), key="one-key"))

    assert again == [KeyReused()]
    assert len(shop.orders.rows(ORDERS)) == 1


@pytest.mark.parametrize(
    ("expected", "status"), [(1999, 409), (2999, 201), (None, 201)], ids=["old", "current", "unstated"]
)
def test_race_18_old_price_is_refused_when_it_has_changed_between_cart_and_order(
    shop: Shop, expected: int | None, status: int
) -> None:
    """409 `price-changed` for who stated the price that they saw; who stated none gets the current one."""
    shop.manage(ChangeProduct("MUG", prices={"USD": 2999}))
    shop.settle()
    order_id = shop.ids.new()
    outcome = decided(shop.orders.handle(shop.placing(order_id, WantedLine("MUG", 2, expected))))

    assert outcome.answer is not None
    assert outcome.answer.status == status
    if status == 409:
        assert outcome.answer.body["slug"] == "price-changed"
        assert outcome.events == []
    else:
        assert shop.order(order_id).total.amount == 2 * 2999


# Only the seam is simulated here: COMMIT has taken effect and its answer never comes. The platform's integration
# tests cut a real connection.
@pytest.mark.parametrize("key", [None, "checkout-1"])
def test_race_24_looked_up_and_not_done_again_when_the_answer_to_commit_is_lost(
    shop: Shop, key: str | None
) -> None:
    """The handling looks for its own events before it does anything, finds them, and answers as if nothing had been."""
    order_id = shop.ids.new()
    placing = shop.orders.start(shop.placing(order_id, MUGS, key=key))
    placing.run_to("committed")
    placing.fail(ConnectionResetError("cut"))
    outcome = decided(placing.finish())

    assert outcome.answer is not None
    assert outcome.answer.status == 201
    shop.settle()
    assert list(shop.orders.rows(ORDERS)) == [str(order_id)]
    assert shop.told(order_id).count("order.created") == 1
    assert audit(shop) == []


def test_race_24_safe_to_run_again_when_the_connection_is_cut_before_commit_took_effect(shop: Shop) -> None:
    """The look-up finds nothing, the caller is told so, and the same command may be handled again."""
    submission = shop.placing(shop.ids.new(), MUGS)
    placing = shop.orders.start(submission)
    placing.run_to("commit")
    placing.fail(ConnectionResetError("cut"))
    with pytest.raises(Unavailable):
        placing.finish()
    assert shop.orders.rows(ORDERS) == {}

    assert decided(shop.orders.handle(submission)).refusal is None
    shop.settle()
    assert len(shop.orders.rows(ORDERS)) == 1
    assert audit(shop) == []


@pytest.mark.parametrize(("seam", "took_effect"), [("commit", False), ("committed", True)])
def test_race_24_one_order_when_nobody_could_look_and_the_client_asks_again_with_its_key(
    shop: Shop, seam: str, took_effect: bool
) -> None:
    """The look-up fails, too: the client is told that nobody knows, and its key tells whether anything was done."""
    first, second = shop.ids.new(), shop.ids.new()
    placing = shop.orders.start(shop.placing(first, MUGS, key="checkout-1"))
    placing.run_to(seam)
    with pytest.raises(CommitUnknown):
        placing.fail_for_good(ConnectionResetError("cut off"))
    assert (str(first) in shop.orders.rows(ORDERS)) is took_effect

    [outcome] = shop.orders.handle(shop.placing(second, MUGS, key="checkout-1"))
    assert isinstance(outcome, Repeated if took_effect else Decided)
    assert outcome.answer is not None
    assert outcome.answer.body["id"] == str(first if took_effect else second)
    shop.settle()
    assert len(shop.orders.rows(ORDERS)) == 1
    assert audit(shop) == []


@pytest.mark.parametrize(
    ("service", "event_type"),
    [("inventory", "order.created"), ("payment", "inventory.reserved"), ("order", "payment.processed")],
)
@pytest.mark.parametrize("seam", ["commit", "committed"])
def test_race_24_no_second_effect_when_a_consumer_dies_around_its_commit(
    shop: Shop, service: str, event_type: str, seam: str
) -> None:
    """What was not acknowledged comes again, whether its commit took effect or not."""
    order_id = shop.place(("MUG", 2))
    delivery = next_of(shop, service, event_type)
    hearing = shop.service(service).start_hearing(delivery)
    hearing.run_to(seam)
    hearing.kill()
    shop.settle()

    assert shop.order(order_id).status is OrderStatus.CONFIRMED
    assert shop.level("MUG") == (5, 2)
    assert shop.provider.kept() == 2 * 1999
    assert audit(shop) == []


# The outage is simulated as a broker that confirms nothing; a real one is killed among the end-to-end tests.
def test_race_25_orders_complete_when_the_broker_returns_after_longer_than_the_expiry(shop: Shop) -> None:
    """They are accepted meanwhile, none of them expires for what nobody could hear, and all of them end well."""
    shop.broker.up = False
    orders: list[UUID] = []
    for _ in range(2):
        orders.append(shop.place(("MUG", 1)))
        for _ in range(4):
            shop.clock.advance(EXPIRY / 2)
            assert shop.expire() == 0
    shop.broker.up = True
    shop.relay()
    assert shop.expire() == 0
    shop.settle()

    assert [shop.order(order_id).status for order_id in orders] == [OrderStatus.CONFIRMED] * 2
    assert audit(shop) == []


def test_race_25_expired_when_nothing_came_of_it_a_full_period_after_it_was_told(shop: Shop) -> None:
    """The period counts from the relay's having told of the order, and then it does run out."""
    shop.broker.up = False
    order_id = shop.place(("MUG", 1))
    shop.clock.advance(4 * EXPIRY)
    shop.broker.up = True
    shop.orders.relay()

    shop.clock.advance(EXPIRY - timedelta(seconds=1))
    assert shop.expire() == 0
    shop.clock.advance(timedelta(seconds=1))
    assert shop.expire() == 1
    assert shop.expire() == 0
    shop.settle()

    order = shop.order(order_id)
    assert (order.status, order.reason) == (OrderStatus.CANCELLED, CancelReason.EXPIRED)
    assert shop.level("MUG") == (5, 0)
    assert audit(shop) == []


def next_of(shop: Shop, service: str, event_type: str) -> Any:
    """Steps, the oldest first, until such an event waits for the service."""
    while not (waiting := shop.broker.waiting(service, event_type)):
        shop.steps()[0].take()
    return waiting[0]
