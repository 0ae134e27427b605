"""GET /orders.csv: what a spreadsheet gets."""

import csv
from io import StringIO
from typing import Any

import pytest

from order_service.api import csv_export
from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, OrderService


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    await service.sql("DELETE FROM orders")
    return service


async def exported(shop: OrderService, **query: Any) -> list[dict[str, str]]:
    answer = await shop.http.get("/orders.csv", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.text, newline=""), strict=True))


async def test_order_is_a_row_without_personal_data_when_it_is_exported(shop: OrderService) -> None:
    order = await shop.place(shipping_address=ADDRESS, notes="Ring twice.")
    [row] = await exported(shop)
    assert list(row) == list(csv_export.COLUMNS)
    assert row["items"] == "2 x MUG-1, 1 x TEA-1"
    for column in ("id", "number", "status", "currency", "created_at", "expires_at", "payment_status"):
        assert row[column] == order[column]
    assert (row["total"], row["refunded_total"], row["reason"]) == ("3000", "0", "")
    assert "Ring" not in str(row)
    assert "Lovelace" not in str(row)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
async def test_cell_is_no_formula_when_it_looks_like_one(shop: OrderService, name: str) -> None:
    await shop.place(customer_id=name)
    [row] = await exported(shop)
    assert row["customer_id"] == f"'{name}"


async def test_cell_is_one_when_it_holds_commas_and_quotes(shop: OrderService) -> None:
    await shop.place(customer_id='a,"b";c')
    [row] = await exported(shop)
    assert row["customer_id"] == 'a,"b";c'


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-total", "total"])
async def test_all_orders_are_exported_when_they_fill_several_pages(
    shop: OrderService, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    placed = [await shop.place(items=[{"sku": "MUG-1", "quantity": 1 + n % 2}]) for n in range(9)]
    for page in (3, 4):
        monkeypatch.setattr(csv_export, "PAGE", page)
        listed = (await shop.http.get("/orders", params={"sort": sort})).json()["items"]
        rows = await exported(shop, sort=sort)
        assert [row["id"] for row in rows] == [order["id"] for order in listed]
        assert len(rows) == len(placed)


async def test_only_wanted_orders_are_exported_when_filtered(shop: OrderService) -> None:
    await shop.place()
    wanted = await shop.place(customer_id="wanted")
    assert [row["id"] for row in await exported(shop, customer_id="wanted")] == [wanted["id"]]
    assert await exported(shop, status="FAILED") == []


@pytest.mark.parametrize("query", [{"limit": 5}, {"cursor": "x"}, {"sort": "id"}])
async def test_export_is_refused_when_the_query_is_not_valid(
    shop: OrderService, query: dict[str, Any]
) -> None:
    answer = await shop.http.get("/orders.csv", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
