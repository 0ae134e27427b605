"""What staff do with orders beyond their saga: search, export, count, edit, note, change many; across real services."""

import csv
from collections.abc import Mapping
from io import StringIO
from secrets import token_hex
from typing import Any

from tests.e2e.shop import Json, Shop, shown
from tests.e2e.waiting import NotYet, until

PATIENCE = 60.0
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


async def listed(shop: Shop, **query: Any) -> list[Json]:
    answer = await shop.orders.get("/orders", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def bulk(shop: Shop, body: Mapping[str, Any]) -> list[tuple[str, int]]:
    answer = await shop.orders.post("/orders/bulk", json=body)
    assert answer.status_code == 200, answer.text
    return [(result["outcome"], result["status"]) for result in answer.json()["results"]]


async def test_order_is_found_by_what_a_customer_can_tell_when_staff_search(shop: Shop) -> None:
    email = f"{token_hex(6)}@example.org"
    sku = await shop.product(5)
    order = await shop.place((sku, 1), shipping_address={**ADDRESS, "email": email})
    await shop.reaches(order["id"], status="CONFIRMED", within=PATIENCE)
    payment = await shop.payment(order["id"])
    for q in (order["number"], email.upper(), payment["id"]):
        assert [found["id"] for found in await listed(shop, q=q)] == [order["id"]], q
    assert [found["id"] for found in await listed(shop, sku=sku, status="CONFIRMED")] == [order["id"]]
    assert await listed(shop, sku=sku, stuck=True) == []

    answer = await shop.orders.get("/orders.csv", params={"sku": sku})
    [row] = csv.DictReader(StringIO(answer.text, newline=""))
    assert (row["id"], row["total"], row["items"]) == (order["id"], str(order["total"]), f"1 x {sku}")


async def test_statistics_count_an_order_once_it_is_confirmed(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1))
    period = f"/orders/stats?from={order['created_at']}"
    before = await shown(shop.orders, period)
    await shop.reaches(order["id"], status="CONFIRMED", within=PATIENCE)
    after = await shown(shop.orders, period)
    assert before["placed"] >= 1
    assert after["confirmed"] >= 1
    assert 0 < after["conversion"] <= 1
    assert after["latency"]["p50"] > 0
    assert sum(day["revenue"] for day in after["revenue"]) >= order["total"]


async def test_edit_is_published_without_what_was_edited_and_a_note_not_at_all(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1))
    order = await shop.reaches(order["id"], status="CONFIRMED", within=PATIENCE)
    path = f"/orders/{order['id']}"
    edited = await shop.orders.patch(path, json={"notes": "Ring twice.", "shipping_address": ADDRESS})
    noted = await shop.orders.post(f"{path}/notes", json={"text": "Called."})
    assert (edited.status_code, noted.status_code) == (200, 201)
    assert await shown(shop.orders, f"{path}?version={order['version']}") == order
    assert [note["text"] for note in (await shown(shop.orders, f"{path}/notes"))["items"]] == ["Called."]

    async def relayed() -> list[Json]:
        history = await shop.history(order["id"])
        if not history[-2]["published"]:
            raise NotYet(f"{history[-2]['type']} is not published")
        return history

    history = await until("the edit is published", relayed, within=PATIENCE)
    assert [(item["type"], item["published"]) for item in history[-2:]] == [
        ("order.details_edited", True),
        ("order.note_added", False),
    ]


async def test_everything_comes_back_when_many_orders_are_cancelled_at_once(shop: Shop) -> None:
    sku = await shop.product(50)
    orders = [(await shop.place((sku, 1)))["id"] for _ in range(10)]
    for order_id in orders:
        await shop.reaches(order_id, status="CONFIRMED", within=PATIENCE)
    going, staying = orders[:8], orders[8:]
    assert await bulk(shop, {"action": "cancel", "ids": going}) == [("ok", 202)] * 8
    assert (
        await bulk(shop, {"action": "status", "status": "PROCESSING", "ids": orders})
        == [("refused", 409)] * 8 + [("ok", 200)] * 2
    )
    for order_id in going:
        order = await shop.ended(order_id, within=PATIENCE)
        assert (order["reason"], order["payment_status"]) == ("staff_request", "REFUNDED")
    assert await shop.stock(sku) == (50, len(staying))
