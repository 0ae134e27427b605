"""The order service's copy of the catalogue follows the inventory service's products."""

from typing import Any

from tests.e2e.shop import PRICES, Shop
from tests.e2e.waiting import NotYet, until

PRICE = PRICES["USD"]


async def test_product_is_orderable_within_two_seconds_when_it_was_created(shop: Shop) -> None:
    body = {"sku": "JUST-CREATED", "name": "Just created", "prices": {"USD": PRICE}}
    created = await shop.inventory.post("/products", json=body)
    assert (created.status_code, created.headers["Location"]) == (201, "/products/JUST-CREATED")
    await shop.orderable("JUST-CREATED", "USD", within=2)


async def test_client_is_told_both_prices_when_a_price_has_changed(shop: Shop) -> None:
    sku = await shop.product(5)
    seen: dict[str, Any] = {"sku": sku, "quantity": 1, "expected_unit_price": PRICE}
    before = await shop.place(seen)
    await change(shop, sku, {"prices": {"USD": PRICE + 500}})
    await refused(shop, seen, 409)

    answer = await shop.orders.post("/orders", json=shop.order_input(seen))
    assert answer.json()["type"] == "urn:eventflow:problem:price-changed"
    [error] = answer.json()["errors"]
    assert error["field"] == "items.0.expected_unit_price"
    assert f"{PRICE} USD" in error["message"]
    assert f"{PRICE + 500} USD" in error["message"]

    after = await shop.place((sku, 1))
    assert [(await shop.ended(one["id"]))["total"] for one in (before, after)] == [PRICE, PRICE + 500]


async def test_open_orders_finish_and_new_ones_are_refused_when_a_product_is_discontinued(shop: Shop) -> None:
    sku = await shop.product(5)
    still_open = await shop.place((sku, 1), payment_method="pm_test_slow")
    await change(shop, sku, {"status": "DISCONTINUED"})
    await refused(shop, {"sku": sku, "quantity": 1, "expected_unit_price": 0}, 422)

    answer = await shop.orders.post("/orders", json=shop.order_input((sku, 1)))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["items.0.sku"]
    assert "discontinued" in answer.text
    assert (await shop.ended(still_open["id"]))["status"] == "CONFIRMED"


async def test_later_product_wins_when_it_is_changed_many_times(shop: Shop) -> None:
    sku = await shop.product(1)
    for price in range(1, 31):
        await change(shop, sku, {"prices": {"USD": price}})

    async def latest() -> None:
        seen: dict[str, Any] = {"sku": sku, "quantity": 1, "expected_unit_price": 30}
        answer = await shop.orders.post("/orders", json=shop.order_input(seen, customer_id="latest"))
        if answer.status_code != 201:
            raise NotYet(answer.text)

    await until("the last price holds", latest, within=5)


async def change(shop: Shop, sku: str, body: dict[str, Any]) -> None:
    answer = await shop.inventory.patch(f"/products/{sku}", json=body)
    assert answer.status_code == 200, answer.text


async def refused(shop: Shop, item: dict[str, Any], status: int) -> None:
    """Returns once an order of the item is refused so: only one at the usual price could have been accepted."""

    async def look() -> None:
        answer = await shop.orders.post("/orders", json=shop.order_input({**item, "quantity": 10_000}))
        if answer.status_code != status:
            raise NotYet(f"{answer.status_code} {answer.text}")

    await until(f"{item} is refused with {status}", look, within=5)
