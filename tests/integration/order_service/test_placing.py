import asyncio
import secrets
from typing import Any

import pytest

from order_service.api.resources import OrderResource
from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, Instances, OrderService, order_input


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    """The service, with a catalogue."""
    for sku, listing in {
        "MUG-1": Listing("Mug", {"USD": 1999, "EUR": 1849}),
        "TEA-1": Listing("Tea", {"USD": 500}),
        "OLD-1": Listing("Old", {"USD": 100}, discontinued=True),
        "GOLD-1": Listing("Gold", {"USD": 10**12}),
    }.items():
        await service.hear(RecordListing(sku, 1, listing), None)
    return service


async def test_order_is_placed_at_our_prices_when_it_is_posted(shop: OrderService) -> None:
    answer = await shop.http.post("/orders", json=order_input(shipping_address=ADDRESS, notes="Ring twice."))

    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/orders/{body['id']}"
    assert answer.headers["etag"] == '"1"'
    OrderResource.model_validate_json(answer.content)
    assert body["items"] == [
        {"sku": "MUG-1", "name": "Mug", "quantity": 2, "unit_price": 1999, "line_total": 3998},
        {"sku": "TEA-1", "name": "Tea", "quantity": 1, "unit_price": 500, "line_total": 500},
    ]
    assert (body["status"], body["total"], body["currency"]) == ("PENDING", 4498, "USD")
    assert body["shipping_address"] == {**ADDRESS, "line2": None, "region": None}
    assert body["notes"] == "Ring twice."
    assert all(body[time].endswith("Z") for time in ("created_at", "updated_at", "expires_at"))
    assert (await shop.http.get(f"/orders/{body['id']}")).json() == body


async def test_nothing_personal_is_stored_in_clear_when_an_order_is_placed(shop: OrderService) -> None:
    await shop.http.post(
        "/orders",
        json=order_input(shipping_address=ADDRESS, notes="Ring twice."),
        headers={"Idempotency-Key": "sealed"},
    )
    stored = [
        *await shop.sql("SELECT data::text || metadata::text AS kept FROM events"),
        *await shop.sql("SELECT state::text AS kept FROM orders"),
        *await shop.sql("SELECT answer::text AS kept FROM idempotency_keys"),
    ]
    assert stored
    for row in stored:
        assert "Lovelace" not in row.kept
        assert "Ring twice" not in row.kept


@pytest.mark.parametrize(
    ("item", "field", "slug"),
    [
        ({"sku": "NONE", "quantity": 1}, "items.1.sku", "not-orderable"),
        ({"sku": "OLD-1", "quantity": 1}, "items.1.sku", "not-orderable"),
        ({"sku": "GOLD-1", "quantity": 1}, "items", "total-too-large"),
        ({"sku": "MUG-1", "quantity": 0}, "items.1.quantity", "invalid-input"),
        ({"sku": "MUG-1", "quantity": True}, "items.1.quantity", "invalid-input"),
        ({"sku": "MUG-1", "quantity": "1"}, "items.1.quantity", "invalid-input"),
        ({"sku": "mug", "quantity": 1}, "items.1.sku", "invalid-input"),
        ({"sku": "MUG-1", "quantity": 1, "price": 1}, "items.1.price", "invalid-input"),
    ],
)
async def test_line_is_named_when_it_cannot_be_ordered(
    shop: OrderService, item: dict[str, Any], field: str, slug: str
) -> None:
    answer = await shop.http.post("/orders", json=order_input(items=[{"sku": "MUG-1", "quantity": 1}, item]))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:eventflow:problem:{slug}"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "usd"},
        {"payment_method": "visa"},
        {"customer_id": ""},
        {"items": []},
        {"notes": "x" * 501},
        {"notes": "nul\x00"},
        {"shipping_address": {**ADDRESS, "country": "England"}},
        {"unknown": 1},
    ],
)
async def test_order_is_refused_when_a_field_is_not_valid(
    shop: OrderService, changes: dict[str, Any]
) -> None:
    answer = await shop.http.post("/orders", json=order_input(**changes))
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_both_prices_are_told_when_one_has_changed(shop: OrderService) -> None:
    """Race 18."""
    items = [{"sku": "MUG-1", "quantity": 1, "expected_unit_price": 1899}]
    answer = await shop.http.post("/orders", json=order_input(items=items))

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:eventflow:problem:price-changed"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]
    [error] = answer.json()["errors"]
    assert error["field"] == "items.0.expected_unit_price"
    assert "1899" in error["message"]
    assert "1999" in error["message"]
    assert error["current"] == 1999


async def test_one_order_is_placed_when_a_request_is_sent_twice_at_once_to_two_processes(
    shop: OrderService, instances: Instances
) -> None:
    """Race 17."""
    other = await instances.start()
    body = order_input(customer_id="double", shipping_address=ADDRESS)
    headers = {"Idempotency-Key": "click"}
    answers = await asyncio.gather(
        *(
            instance.http.post("/orders", json=body, headers=headers)
            for instance in (shop, other)
            for _ in range(4)
        )
    )

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    [row] = await shop.sql("SELECT count(*) AS orders FROM orders WHERE customer_id = 'double'")
    assert row.orders == 1


async def test_key_is_refused_when_it_comes_with_another_body(shop: OrderService) -> None:
    headers = {"Idempotency-Key": "reused"}
    await shop.http.post("/orders", json=order_input(), headers=headers)
    answer = await shop.http.post("/orders", json=order_input(notes="other"), headers=headers)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:eventflow:problem:idempotency-key-reused"


async def test_refusal_is_remembered_when_it_came_from_the_domain(shop: OrderService) -> None:
    headers = {"Idempotency-Key": "refused"}
    body = order_input(items=[{"sku": "NEW-1", "quantity": 1}])
    first = await shop.http.post("/orders", json=body, headers=headers)
    await shop.hear(RecordListing("NEW-1", 1, Listing("New", {"USD": 1})), None)
    second = await shop.http.post("/orders", json=body, headers=headers)

    assert (first.status_code, second.status_code) == (422, 422)
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"


async def test_newer_listing_stays_when_an_older_one_arrives_late(shop: OrderService) -> None:
    """Race 19, on the database."""
    await shop.hear(RecordListing("LATE-1", 3, Listing("Late", {"USD": 300})), None)
    await shop.hear(RecordListing("LATE-1", 2, Listing("Late", {"USD": 200})), None)
    order = await shop.place(items=[{"sku": "LATE-1", "quantity": 1}])
    assert order["total"] == 300


async def test_numbers_differ_when_many_orders_are_placed_by_two_processes(
    shop: OrderService, instances: Instances
) -> None:
    other = await instances.start()
    orders = await asyncio.gather(*(instance.place() for instance in (shop, other) for _ in range(20)))
    assert len({order["number"] for order in orders}) == 40


async def test_neighbours_are_placed_when_a_request_with_a_key_has_an_endless_query(
    shop: OrderService,
) -> None:
    """The key's record holds the query too, in an index that takes no more than a few kilobytes."""
    paths = ["/orders", f"/orders?{secrets.token_hex(10_000)}", "/orders"]
    answers = await asyncio.gather(
        *(
            shop.http.post(path, json=order_input(), headers={"Idempotency-Key": f"endless-{number}"})
            for number, path in enumerate(paths)
        )
    )
    assert [answer.status_code for answer in answers] == [201, 201, 201]
