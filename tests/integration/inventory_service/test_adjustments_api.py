"""Stock over HTTP: what people count, and what they read of it afterwards."""

import asyncio
from typing import Any

import pytest

from inventory_service.domain.reserving import FulfilReservation
from tests.integration.inventory_service.conftest import Inventory


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
