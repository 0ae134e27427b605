"""POST /orders/bulk: many orders in one request, each with its own end."""

from typing import Any
from uuid import UUID

import pytest

from order_service.api.resources import BulkAnswer
from order_service.domain.commands import NotePaymentTaken, NoteStockReserved
from order_service.domain.listings import Listing, RecordListing
from shared.eventsourcing.ids import new_id
from tests.integration.order_service.conftest import OrderService

NOBODY = "0197f3a0-0000-7000-8000-000000000001"


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


async def confirmed(shop: OrderService) -> str:
    order = await shop.place()
    await shop.hear(NoteStockReserved(UUID(order["id"]), 1))
    await shop.hear(NotePaymentTaken(UUID(order["id"]), 3))
    return order["id"]


async def bulk(shop: OrderService, ids: list[str], **body: Any) -> list[dict[str, Any]]:
    answer = await shop.http.post("/orders/bulk", json={"ids": ids, **body})
    assert answer.status_code == 200, answer.text
    BulkAnswer.model_validate_json(answer.content)
    results = answer.json()["results"]
    assert [result["id"] for result in results] == ids
    return results


async def test_each_order_has_its_own_end_when_many_are_cancelled(shop: OrderService) -> None:
    pending, shipped, cancelled = (
        (await shop.place())["id"],
        await confirmed(shop),
        (await shop.place())["id"],
    )
    await shop.http.delete(f"/orders/{cancelled}")
    for status in ("PROCESSING", "SHIPPED"):
        await shop.http.post(f"/orders/{shipped}/status", json={"status": status})

    results = await bulk(shop, [shipped, NOBODY, pending, cancelled], action="cancel")
    assert [(result["outcome"], result["status"], result["type"]) for result in results] == [
        ("refused", 409, "urn:eventflow:problem:not-cancellable"),
        ("refused", 404, "urn:eventflow:problem:not-found"),
        ("ok", 202, None),
        ("ok", 200, None),
    ]
    order = (await shop.http.get(f"/orders/{pending}")).json()
    assert (order["status"], order["reason"]) == ("CANCELLED", "staff_request")
    history = (await shop.http.get(f"/orders/{pending}/events")).json()["items"]
    assert (history[1]["correlation_id"], history[1]["actor"]["role"]) == (pending, "staff")


async def test_each_order_takes_the_step_that_it_can_when_many_are_asked_to(shop: OrderService) -> None:
    ready, pending = await confirmed(shop), (await shop.place())["id"]
    for body in ({"status": "PROCESSING"}, {"status": "SHIPPED", "tracking_number": "TRACK-1"}):
        for _ in range(2):
            results = await bulk(shop, [ready, pending], action="status", **body)
            assert [result["status"] for result in results] == [200, 409]
            assert results[1]["type"] == "urn:eventflow:problem:no-such-step"
    assert (await shop.http.get(f"/orders/{ready}")).json()["tracking_number"] == "TRACK-1"


async def test_reason_is_kept_when_one_is_given(shop: OrderService) -> None:
    order = await shop.place()
    await bulk(shop, [order["id"]], action="cancel", reason="customer_request")
    assert (await shop.http.get(f"/orders/{order['id']}")).json()["reason"] == "customer_request"


async def test_orders_are_committed_together_when_they_are_changed_in_bulk(shop: OrderService) -> None:
    ids = [(await shop.place())["id"] for _ in range(20)]
    results = await bulk(shop, ids, action="cancel")
    transactions = await shop.sql(
        "SELECT DISTINCT xmin::text FROM orders WHERE id::text = ANY(CAST(:ids AS text[]))", ids=ids
    )
    assert {result["outcome"] for result in results} == {"ok"}
    assert len(transactions) <= 2


async def test_most_that_is_allowed_is_answered_when_nothing_is_there(shop: OrderService) -> None:
    results = await bulk(shop, [str(new_id()) for _ in range(500)], action="cancel")
    assert {result["status"] for result in results} == {404}


@pytest.mark.parametrize(
    "changes",
    [
        {"ids": []},
        {"ids": [NOBODY, NOBODY.upper()]},
        {"ids": [f"0197f3a0-0000-7000-8000-{number:012}" for number in range(501)]},
        {"ids": ["nonsense"]},
        {"ids": [None]},
        {"action": "delete"},
        {"action": "status"},
        {"action": "status", "status": "PENDING"},
        {"action": "status", "status": "PROCESSING", "tracking_number": "X"},
        {"action": "status", "status": "PROCESSING", "reason": "staff_request"},
        {"reason": "expired"},
        {"status": "SHIPPED"},
        {"tracking_number": "X"},
        {"unknown": 1},
    ],
)
async def test_request_is_refused_when_it_is_not_valid(shop: OrderService, changes: dict[str, Any]) -> None:
    answer = await shop.http.post("/orders/bulk", json={"action": "cancel", "ids": [NOBODY], **changes})
    assert answer.status_code == 422
