"""Destroying a customer's key erases what was sealed with it, and nothing sealed with it can be committed after."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from order_service.customer_keys import KNOWN_FOR
from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, Instances, OrderService, order_input


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


async def erase(shop: OrderService, customer_id: str) -> None:
    await shop.sql("DELETE FROM customer_keys WHERE customer_id = :id", id=customer_id)


def personal(order: Mapping[str, Any]) -> tuple[Any, Any]:
    return order["shipping_address"], order["notes"]


async def test_personal_fields_are_null_when_the_key_was_destroyed(shop: OrderService) -> None:
    body = order_input(customer_id="erased", shipping_address=ADDRESS, notes="Ring twice.")
    headers = {"Idempotency-Key": "before-erasure"}
    order = (await shop.http.post("/orders", json=body, headers=headers)).json()
    await erase(shop, "erased")
    shop.clock.ahead += KNOWN_FOR + timedelta(seconds=1)

    again = await shop.http.post("/orders", json=body, headers=headers)
    history = (await shop.http.get(f"/orders/{order['id']}/events")).json()["items"]

    assert personal((await shop.http.get(f"/orders/{order['id']}")).json()) == (None, None)
    assert personal(again.json()) == (None, None)
    assert again.headers["idempotent-replayed"] == "true"
    assert personal(history[0]["data"]) == (None, None)


async def test_order_is_sealed_again_when_its_key_is_gone_at_commit(shop: OrderService) -> None:
    """The process still knows the key that another one has just destroyed."""
    await shop.place(customer_id="sealed-twice", notes="first")
    [before] = await shop.sql("SELECT key_id FROM customer_keys WHERE customer_id = 'sealed-twice'")
    await erase(shop, "sealed-twice")
    order = await shop.place(customer_id="sealed-twice", notes="second")
    [after] = await shop.sql("SELECT key_id FROM customer_keys WHERE customer_id = 'sealed-twice'")

    assert before.key_id != after.key_id
    assert order["notes"] == "second"
    [row] = await shop.sql("SELECT state->>'notes' AS notes FROM orders WHERE id = :id", id=order["id"])
    assert str(after.key_id) in row.notes


async def test_customer_has_one_key_when_two_processes_need_it(
    shop: OrderService, instances: Instances
) -> None:
    other = await instances.start()
    for instance in (shop, other):
        await instance.place(customer_id="one-key", notes="Ring twice.")
    rows = await shop.sql("SELECT 1 FROM customer_keys WHERE customer_id = 'one-key'")
    assert len(rows) == 1


async def test_no_key_is_made_when_nothing_personal_is_sent(shop: OrderService) -> None:
    await shop.place(customer_id="anonymous-one")
    assert await shop.sql("SELECT 1 FROM customer_keys WHERE customer_id = 'anonymous-one'") == []
