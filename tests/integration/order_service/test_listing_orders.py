from typing import Any

import pytest

from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, OrderService

STATUSES = ("PENDING", "CANCELLED")


@pytest.fixture
async def orders(service: OrderService) -> list[dict[str, Any]]:
    """Nine orders of three customers, the newest first; every other one is cancelled."""
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    await service.sql("DELETE FROM orders")
    placed: list[dict[str, Any]] = []
    for number in range(9):
        order = await service.place(customer_id=f"c-{number % 3}", shipping_address=ADDRESS)
        if number % 2:
            order = (await service.http.delete(f"/orders/{order['id']}")).json()
        placed.insert(0, order)
    return placed


async def read(service: OrderService, **query: Any) -> list[dict[str, Any]]:
    """All pages, two orders each."""
    items: list[dict[str, Any]] = []
    while True:
        page = (await service.http.get("/orders", params={"limit": 2, **query})).json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == 2
        query["cursor"] = page["next_cursor"]


async def test_all_orders_are_listed_when_nothing_is_asked(
    service: OrderService, orders: list[dict[str, Any]]
) -> None:
    assert await read(service) == orders


@pytest.mark.parametrize("statuses", [["PENDING"], ["CANCELLED"], ["PENDING", "CANCELLED"], ["FAILED"]])
@pytest.mark.parametrize("customer_id", [None, "c-1", "nobody"])
async def test_only_wanted_orders_are_listed_when_filtered(
    service: OrderService, orders: list[dict[str, Any]], statuses: list[str], customer_id: str | None
) -> None:
    query: dict[str, Any] = {"status": statuses} | ({"customer_id": customer_id} if customer_id else {})
    wanted = [
        order
        for order in orders
        if order["status"] in statuses and customer_id in (None, order["customer_id"])
    ]
    assert await read(service, **query) == wanted


async def test_placeholder_is_no_order_when_orders_are_read(
    service: OrderService, orders: list[dict[str, Any]]
) -> None:
    nobody = "0197f3a0-0000-7000-8000-000000000001"
    await service.sql("INSERT INTO orders (id) VALUES (:id)", id=nobody)

    assert await read(service) == orders
    assert (await service.http.get(f"/orders/{nobody}")).status_code == 404
    assert (await service.http.delete(f"/orders/{nobody}")).status_code == 404


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"status": "LOST"}, {"cursor": "forged"}])
async def test_list_is_refused_when_the_query_is_not_valid(
    service: OrderService, query: dict[str, Any]
) -> None:
    answer = await service.http.get("/orders", params=query)
    assert answer.status_code == 422
    assert [error["field"].split(".")[0] for error in answer.json()["errors"]] == list(query)
