from datetime import UTC, datetime

import pytest

from order_service.api.requests import OrderFilterQuery
from order_service.filtering import OrderFilter
from order_service.queries import payment_id_of
from order_service.sealing import MasterKey, new_secret
from payment_service.reactions import REACTIONS
from shared.contracts.orders import OrderCreated, PricedItem
from shared.identity.callers import STAFF, Caller
from shared.messaging.reactions import Heard
from tests.unit.order_service.stories import NOW, ORDER_ID

MASTER = MasterKey(bytes(32))
TODAY = datetime(2026, 7, 1, tzinfo=UTC)
CLERK = Caller("clerk", STAFF, TODAY)


def searched(q: str) -> OrderFilter:
    return OrderFilterQuery.model_validate({"q": q}).filter(CLERK, MASTER.email_mark, TODAY)


def test_payment_has_the_id_that_orders_are_searched_by_when_it_is_recorded() -> None:
    created = OrderCreated(
        order_id=ORDER_ID,
        number="EF-7K3Q9M",
        customer_id="c-1",
        items=(PricedItem(sku="MUG-1", quantity=1, unit_price=0, line_total=0),),
        total=0,
        currency="USD",
        payment_method="pm_card_visa",
        expires_at=NOW,
    )
    heard = Heard(
        id=ORDER_ID,
        type="order.created",
        data=created,
        subject=str(ORDER_ID),
        stream_version=1,
        time=NOW,
        correlation_id=ORDER_ID,
        causation_id=ORDER_ID,
        customer_id="c-1",
    )
    command = REACTIONS[OrderCreated](heard)
    assert command is not None
    assert command.payment_id == payment_id_of(ORDER_ID)


def test_search_is_for_what_it_looks_like() -> None:
    assert searched("ef-7k3q9m").number == searched(" 7K3Q9M ").number == "EF-7K3Q9M"
    assert searched(str(ORDER_ID)).any_id == ORDER_ID
    assert searched("ada@example.org").email_mark == MASTER.email_mark("ada@example.org")


@pytest.mark.parametrize("email", ["Ada@Example.ORG", " ada@example.org "])
def test_email_is_marked_alike_when_only_its_case_differs(email: str) -> None:
    assert MASTER.email_mark(email) == MASTER.email_mark("ada@example.org")


def test_email_mark_tells_nothing_when_the_master_key_is_another() -> None:
    marks = {key.email_mark(email) for key in (MASTER, MasterKey(new_secret())) for email in ("a@b", "b@b")}
    assert len(marks) == 4
