"""Products over HTTP, on a real database."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from tests.integration.inventory_service.conftest import MUG, Inventory


async def test_the_product_is_shown_when_it_was_created(inventory: Inventory) -> None:
    created = await inventory.http.post("/products", json={**MUG, "sku": "NEW-1"})

    assert created.status_code == 201
    assert created.headers["Location"] == "/products/NEW-1"
    assert created.headers["ETag"] == '"1"'
    body = created.json()
    assert datetime.fromisoformat(body["created_at"]).utcoffset() is not None
    assert body == {
        **MUG,
        "sku": "NEW-1",
        "status": "OUT_OF_STOCK",
        "on_hand": 0,
        "reserved": 0,
        "available": 0,
        "version": 1,
        "created_at": body["created_at"],
        "updated_at": body["created_at"],
    }
    told = await inventory.rows(
        "SELECT data->'entry'->>'created_at' FROM events WHERE stream = 'product-NEW-1'"
    )
    assert told[0][0] == body["created_at"]
    shown = await inventory.http.get("/products/NEW-1")
    assert (shown.json(), shown.headers["ETag"]) == (body, '"1"')


async def test_what_is_optional_has_a_default_when_a_product_is_created(inventory: Inventory) -> None:
    created = await inventory.http.post("/products", json={"sku": "BARE", "name": "x", "prices": {"USD": 0}})

    assert created.status_code == 201
    body = created.json()
    assert (body["description"], body["category"], body["image"], body["low_stock_threshold"]) == (
        "",
        "",
        "",
        0,
    )


async def test_refused_when_the_sku_is_taken(inventory: Inventory) -> None:
    await inventory.stocked("TAKEN", 0)

    refused = await inventory.http.post("/products", json={**MUG, "sku": "TAKEN"})

    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:eventflow:problem:product-exists"
    assert refused.json()["correlation_id"] == refused.headers["X-Correlation-Id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sku": "lower"}, "sku"),
        ({"sku": "-A"}, "sku"),
        ({"sku": "A" * 65}, "sku"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"prices": {}}, "prices"),
        ({"prices": {"usd": 1}}, "prices.usd.[key]"),
        ({"prices": {"USD": -1}}, "prices.USD"),
        ({"prices": {"USD": 10**12 + 1}}, "prices.USD"),
        ({"prices": {"USD": "1"}}, "prices.USD"),
        ({"prices": {"USD": 1.0}}, "prices.USD"),
        ({"low_stock_threshold": -1}, "low_stock_threshold"),
        ({"low_stock_threshold": 2**63}, "low_stock_threshold"),
        ({"on_hand": 5}, "on_hand"),
    ],
)
async def test_refused_with_the_field_named_when_a_product_is_not_valid(
    inventory: Inventory, change: dict[str, Any], field: str
) -> None:
    refused = await inventory.http.post("/products", json={**MUG, "sku": "INVALID", **change})

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_only_what_is_given_changes_when_a_product_is_patched(inventory: Inventory) -> None:
    await inventory.stocked("PATCHED", 5)
    before = await inventory.product("PATCHED")

    changed = await inventory.http.patch("/products/PATCHED", json={"name": "Cup", "prices": {"GBP": 1}})

    assert changed.status_code == 200
    after = changed.json()
    assert after == {
        **before,
        "name": "Cup",
        "prices": {"GBP": 1},
        "version": 3,
        "updated_at": after["updated_at"],
    }
    assert changed.headers["ETag"] == '"3"'
    assert await inventory.product("PATCHED") == after


async def test_nothing_changes_when_a_patch_says_nothing_new(inventory: Inventory) -> None:
    await inventory.stocked("SAME", 0)
    before = await inventory.product("SAME")

    for patch in ({}, {"name": before["name"]}):
        unchanged = await inventory.http.patch("/products/SAME", json=patch)
        assert (unchanged.status_code, unchanged.json()) == (200, before)


@pytest.mark.parametrize(
    ("patch", "field"),
    [({"name": None}, "name"), ({"status": "OUT_OF_STOCK"}, "status"), ({"sku": "OTHER"}, "sku")],
)
async def test_refused_when_a_patch_is_not_valid(
    inventory: Inventory, patch: dict[str, Any], field: str
) -> None:
    refused = await inventory.http.patch("/products/ANY", json=patch)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_a_product_is_discontinued_and_taken_up_again_by_patch(inventory: Inventory) -> None:
    await inventory.stocked("FADING", 1)

    for status in ("DISCONTINUED", "AVAILABLE"):
        changed = await inventory.http.patch("/products/FADING", json={"status": status})
        assert changed.json()["status"] == status


async def test_a_stale_writer_is_refused_when_it_names_the_version_it_saw(inventory: Inventory) -> None:
    await inventory.stocked("GUARDED", 0)
    seen = {"If-Match": '"1"'}

    first = await inventory.http.patch("/products/GUARDED", json={"name": "First"}, headers=seen)
    second = await inventory.http.patch("/products/GUARDED", json={"name": "Second"}, headers=seen)

    assert (first.status_code, second.status_code) == (200, 412)
    assert (await inventory.product("GUARDED"))["name"] == "First"


async def test_not_found_when_there_is_no_such_product(inventory: Inventory) -> None:
    await inventory.reserve(("GHOST", 1))
    answers = [
        await inventory.http.get("/products/GHOST"),
        await inventory.http.patch("/products/GHOST", json={"name": "Boo"}),
        await inventory.http.patch("/products/GHOST", json={"name": "Boo"}, headers={"If-Match": '"1"'}),
        await inventory.adjust("GHOST", 1),
        await inventory.http.get("/products/GHOST/movements"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


async def test_nothing_is_there_when_a_product_was_not_created_after_all(inventory: Inventory) -> None:
    """A row that only held the place of a refused twin is not a product."""
    key = {"Idempotency-Key": "k-4"}
    answers = await asyncio.gather(
        *(
            inventory.http.post("/products", json={**MUG, "sku": sku, "category": "Twins"}, headers=key)
            for sku in ("TWIN-1", "TWIN-2")
        )
    )

    assert [answer.status_code for answer in answers] == [201, 422]
    held = await inventory.rows("SELECT version FROM products WHERE id = 'TWIN-2'")
    assert [row.version for row in held] == [0]
    assert (await inventory.http.get("/products/TWIN-2")).status_code == 404
    listed = await inventory.http.get("/products", params={"q": "TWIN"})
    assert [product["sku"] for product in listed.json()["items"]] == ["TWIN-1"]
    assert (await inventory.adjust("TWIN-2", 1)).status_code == 404
