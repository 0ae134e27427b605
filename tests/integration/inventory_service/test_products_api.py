"""Products over HTTP, on a real database."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from inventory_service.domain.reserving import FulfilReservation
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


async def test_the_movement_is_answered_when_stock_is_adjusted(inventory: Inventory) -> None:
    await inventory.stocked("COUNTED", 5)
    await inventory.reserve(("COUNTED", 2))

    adjusted = await inventory.adjust("COUNTED", -3)

    assert adjusted.status_code == 201
    body = adjusted.json()
    assert body == {
        "sku": "COUNTED",
        "kind": "adjusted",
        "delta_on_hand": -3,
        "delta_reserved": 0,
        "on_hand": 2,
        "reserved": 2,
        "order_id": None,
        "reason": "count",
        "at": body["at"],
    }
    product = await inventory.product("COUNTED")
    assert (product["on_hand"], product["reserved"], product["available"]) == (2, 2, 0)
    assert product["status"] == "OUT_OF_STOCK"


async def test_refused_when_stock_would_fall_below_what_is_reserved(inventory: Inventory) -> None:
    await inventory.stocked("HELD", 5)
    await inventory.reserve(("HELD", 4))

    refused = await inventory.adjust("HELD", -2)

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:eventflow:problem:below-reserved"
    assert (await inventory.product("HELD"))["on_hand"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"delta": 0, "reason": "x"}, "delta"),
        ({"delta": 10**9 + 1, "reason": "x"}, "delta"),
        ({"delta": True, "reason": "x"}, "delta"),
        ({"delta": 1, "reason": ""}, "reason"),
        ({"delta": 1}, "reason"),
    ],
)
async def test_refused_when_an_adjustment_is_not_valid(
    inventory: Inventory, body: dict[str, Any], field: str
) -> None:
    refused = await inventory.http.post("/products/ANY/adjustments", json=body)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_carried_out_once_when_a_key_comes_twice(inventory: Inventory) -> None:
    await inventory.stocked("ONCE", 5)
    key = {"Idempotency-Key": "k-1"}
    body = {"delta": 2, "reason": "received"}

    answers = await asyncio.gather(
        *(inventory.http.post("/products/ONCE/adjustments", json=body, headers=key) for _ in range(5))
    )
    later = await inventory.http.post("/products/ONCE/adjustments", json=body, headers=key)

    assert {answer.status_code for answer in (*answers, later)} == {201}
    assert all(answer.json() == later.json() for answer in answers)
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert later.headers["Idempotent-Replayed"] == "true"
    assert (await inventory.product("ONCE"))["on_hand"] == 7


async def test_a_refusal_is_remembered_when_its_key_comes_again(inventory: Inventory) -> None:
    key = {"Idempotency-Key": "k-2"}
    body = {"delta": 1, "reason": "found"}
    refused = await inventory.http.post("/products/LATER/adjustments", json=body, headers=key)
    await inventory.stocked("LATER", 0)

    again = await inventory.http.post("/products/LATER/adjustments", json=body, headers=key)

    assert (refused.status_code, again.status_code) == (404, 404)
    assert again.json() == refused.json()
    assert refused.json()["correlation_id"] == refused.headers["X-Correlation-Id"]


async def test_refused_when_a_key_is_used_for_something_else(inventory: Inventory) -> None:
    await inventory.stocked("REUSED", 0)
    key = {"Idempotency-Key": "k-3"}
    for delta, status in ((1, 201), (2, 422)):
        answer = await inventory.http.post(
            "/products/REUSED/adjustments", json={"delta": delta, "reason": "x"}, headers=key
        )
        assert answer.status_code == status


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
    assert await skus(inventory, q="TWIN") == ["TWIN-1"]
    assert (await inventory.adjust("TWIN-2", 1)).status_code == 404


async def skus(inventory: Inventory, **wanted: Any) -> list[str]:
    page = (await inventory.http.get("/products", params=wanted)).json()
    return [product["sku"] for product in page["items"]]


async def test_products_are_found_by_what_they_are(inventory: Inventory) -> None:
    mine = "Filtering"
    await inventory.stocked("F-FULL", 9, category=mine, name="Tin 100%", description="Round")
    await inventory.stocked("F-LOW", 2, category=mine, name="Pot", low_stock_threshold=3)
    await inventory.stocked("F-NONE", 0, category=mine, name="Pan", low_stock_threshold=0)
    await inventory.stocked("F-OLD", 9, category=mine, name="Can")
    await inventory.http.patch("/products/F-OLD", json={"status": "DISCONTINUED"})

    assert await skus(inventory, category=mine) == ["F-FULL", "F-LOW", "F-NONE", "F-OLD"]
    assert await skus(inventory, category=mine, status="AVAILABLE") == ["F-FULL", "F-LOW"]
    assert await skus(inventory, category=mine, status="OUT_OF_STOCK") == ["F-NONE"]
    assert await skus(inventory, category=mine, status="DISCONTINUED") == ["F-OLD"]
    assert await skus(inventory, category=mine, low_stock=True) == ["F-LOW"]
    assert await skus(inventory, category=mine, low_stock=False) == ["F-FULL", "F-NONE", "F-OLD"]
    assert await skus(inventory, sku=["F-LOW", "F-FULL", "F-ABSENT"]) == ["F-FULL", "F-LOW"]
    assert await skus(inventory, q="f-no") == ["F-NONE"]
    assert await skus(inventory, q="ROUND") == ["F-FULL"]
    assert await skus(inventory, q="0%") == ["F-FULL"]
    assert await skus(inventory, q="_-FULL") == []
    assert await skus(inventory, q=mine.lower(), status="AVAILABLE", low_stock=True) == ["F-LOW"]


async def test_every_product_comes_once_when_pages_are_followed(inventory: Inventory) -> None:
    made = [await inventory.stocked(f"P-{number:02}", 0, category="Pages") for number in range(7)]

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (
            await inventory.http.get("/products", params={"category": "Pages", "limit": 3, **cursor})
        ).json()
        seen += [product["sku"] for product in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == made


@pytest.mark.parametrize(
    "wanted",
    [
        {"limit": 0},
        {"limit": 201},
        {"cursor": "nonsense"},
        {"cursor": "Imxvd2VyIg"},  # "lower"
        {"status": "SOLD"},
        {"sku": "lower"},
        {"color": "blue"},
    ],
)
async def test_refused_when_a_list_is_asked_for_what_it_has_not(
    inventory: Inventory, wanted: dict[str, Any]
) -> None:
    refused = await inventory.http.get("/products", params=wanted)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].split(".")[0] == next(iter(wanted))


async def test_movements_tell_the_story_of_a_sku_newest_first(inventory: Inventory) -> None:
    await inventory.stocked("MOVED", 5)
    order_id = await inventory.reserve(("MOVED", 2))
    await inventory.hear(FulfilReservation(order_id))

    first = (await inventory.http.get("/products/MOVED/movements", params={"limit": 2})).json()
    cursor = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await inventory.http.get("/products/MOVED/movements", params=cursor)).json()

    told = [
        (m["kind"], m["delta_on_hand"], m["delta_reserved"], m["on_hand"], m["reserved"], m["order_id"])
        for m in first["items"] + second["items"]
    ]
    assert told == [
        ("shipped", -2, -2, 3, 0, str(order_id)),
        ("reserved", 0, 2, 5, 2, str(order_id)),
        ("adjusted", 5, 0, 5, 0, None),
    ]
    assert second["next_cursor"] is None


async def test_no_movement_yet_when_a_product_is_new(inventory: Inventory) -> None:
    await inventory.stocked("STILL", 0)

    movements = await inventory.http.get("/products/STILL/movements")

    assert (movements.status_code, movements.json()) == (200, {"items": [], "next_cursor": None})
