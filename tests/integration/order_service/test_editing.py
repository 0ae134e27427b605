"""PATCH /orders/{id}: the customer's address and notes, while the order has not left."""

from typing import Any
from uuid import UUID

import pytest

from order_service.api.resources import OrderResource
from order_service.domain.commands import NotePaymentTaken, NoteStockReserved
from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, OrderService

NOBODY = "0197f3a0-0000-7000-8000-000000000001"
ELSEWHERE = {**ADDRESS, "city": "Bath", "email": "ada@elsewhere.example"}


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


async def edit(shop: OrderService, order: dict[str, Any], changes: dict[str, Any], **more: Any) -> Any:
    return await shop.http.patch(f"/orders/{order['id']}", json=changes, **more)


async def found_by(shop: OrderService, email: str) -> list[str]:
    return [order["id"] for order in (await shop.http.get("/orders", params={"q": email})).json()["items"]]


async def test_only_what_is_given_changes_when_details_are_edited(shop: OrderService) -> None:
    order = await shop.place(shipping_address=ADDRESS, notes="Ring twice.")
    answer = await edit(shop, order, {"shipping_address": ELSEWHERE})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    OrderResource.model_validate_json(answer.content)
    edited = answer.json()
    assert edited["shipping_address"] == {**ELSEWHERE, "line2": None, "region": None}
    assert edited["notes"] == "Ring twice."
    assert (await shop.http.get(f"/orders/{order['id']}")).json() == edited
    history = (await shop.http.get(f"/orders/{order['id']}/events")).json()["items"]
    assert history[1]["type"] == "order.details_edited"
    assert history[1]["data"]["changes"] == ["shipping_address"]
    assert history[1]["data"]["shipping_address"]["city"] == "Bath"


async def test_detail_is_taken_away_when_it_is_null(shop: OrderService) -> None:
    order = await shop.place(shipping_address=ADDRESS, notes="Ring twice.")
    edited = (await edit(shop, order, {"shipping_address": None, "notes": None})).json()
    assert (edited["shipping_address"], edited["notes"]) == (None, None)


async def test_order_is_found_by_its_new_email_only_when_its_address_is_edited(shop: OrderService) -> None:
    order = await shop.place(shipping_address={**ADDRESS, "email": "old@edited.example"})
    await edit(shop, order, {"notes": "Ring twice."})
    assert await found_by(shop, "old@edited.example") == [order["id"]]
    await edit(shop, order, {"shipping_address": {**ADDRESS, "email": "new@edited.example"}})
    assert await found_by(shop, "old@edited.example") == []
    assert await found_by(shop, "new@edited.example") == [order["id"]]
    await edit(shop, order, {"shipping_address": None})
    assert await found_by(shop, "new@edited.example") == []


async def test_nothing_happens_when_an_edit_says_what_is_so_already(shop: OrderService) -> None:
    order = await shop.place(shipping_address=ADDRESS, notes="Ring twice.")
    for changes in ({}, {"notes": "Ring twice."}, {"shipping_address": ADDRESS, "notes": "Ring twice."}):
        answer = await edit(shop, order, changes)
        assert (answer.status_code, answer.json()) == (200, order), changes
    assert await shop.events(order["id"]) == ["order.created"]


async def test_nothing_is_stored_in_clear_when_details_are_edited(shop: OrderService) -> None:
    order = await shop.place()
    await edit(shop, order, {"shipping_address": ELSEWHERE, "notes": "Behind the shed."})
    stored = [
        *await shop.sql("SELECT data::text AS kept FROM events"),
        *await shop.sql("SELECT state::text AS kept FROM orders"),
    ]
    assert not any("Lovelace" in row.kept or "shed" in row.kept for row in stored)


async def test_edit_is_sealed_again_when_its_key_is_gone_at_commit(shop: OrderService) -> None:
    order = await shop.place(customer_id="edited-twice", notes="first")
    await shop.sql("DELETE FROM customer_keys WHERE customer_id = 'edited-twice'")
    answer = await edit(shop, order, {"notes": "second"})
    assert (answer.status_code, answer.json()["notes"]) == (200, "second")


async def test_edit_is_refused_when_the_order_has_shipped(shop: OrderService) -> None:
    order = await shop.place(notes="Ring twice.")
    await shop.hear(NoteStockReserved(UUID(order["id"]), 1))
    await shop.hear(NotePaymentTaken(UUID(order["id"]), 3))
    for status in ("PROCESSING", "SHIPPED"):
        await shop.http.post(f"/orders/{order['id']}/status", json={"status": status})
    for changes in ({"notes": "Too late."}, {}):
        answer = await edit(shop, order, changes)
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:eventflow:problem:not-editable"


async def test_edit_is_refused_when_the_client_has_seen_an_older_version(shop: OrderService) -> None:
    order = await shop.place()
    first = await edit(shop, order, {"notes": "one"}, headers={"If-Match": '"1"'})
    second = await edit(shop, order, {"notes": "two"}, headers={"If-Match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 412)


async def test_order_is_not_found_when_there_is_none_to_edit(shop: OrderService) -> None:
    assert (await shop.http.patch(f"/orders/{NOBODY}", json={"notes": "x"})).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": 5},
        {"notes": "x" * 501},
        {"notes": "nul\x00"},
        {"shipping_address": {"name": "Ada"}},
        {"shipping_address": {**ADDRESS, "line1": "\x07"}},
        {"status": "SHIPPED"},
        [],
        None,
    ],
)
async def test_edit_is_refused_when_it_is_not_valid(shop: OrderService, changes: Any) -> None:
    order = await shop.place()
    assert (await shop.http.patch(f"/orders/{order['id']}", json=changes)).status_code == 422
