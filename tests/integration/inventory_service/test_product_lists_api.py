"""Finding products over HTTP."""

from typing import Any

import pytest

from tests.integration.inventory_service.conftest import Inventory


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
