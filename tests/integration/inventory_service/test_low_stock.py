"""The warning of low stock: once for every step down across the threshold, whoever makes it."""

from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from tests.integration.inventory_service.conftest import Inventory


async def warnings(inventory: Inventory, sku: str) -> list[tuple[int, int]]:
    """Available and threshold of each, in their order."""
    rows = await inventory.rows(
        "SELECT (data->>'available')::int, (data->>'threshold')::int FROM events"
        f" WHERE stream = 'product-{sku}' AND type = 'product.low_stock_reached' ORDER BY version"
    )
    return [(available, threshold) for available, threshold in rows]


async def test_warned_once_per_crossing_when_stock_goes_down_and_up(inventory: Inventory) -> None:
    await inventory.stocked("LOW-1", 5, low_stock_threshold=3)
    assert await warnings(inventory, "LOW-1") == []

    first = await inventory.reserve(("LOW-1", 3))
    await inventory.reserve(("LOW-1", 1))
    assert await warnings(inventory, "LOW-1") == [(2, 3)]

    await inventory.hear(ReleaseStock(first, "expired"))
    await inventory.adjust("LOW-1", -2)
    await inventory.adjust("LOW-1", -1)
    assert await warnings(inventory, "LOW-1") == [(2, 3), (2, 3)]


async def test_warned_when_people_raise_the_threshold_above_what_is_there(inventory: Inventory) -> None:
    await inventory.stocked("LOW-2", 5, low_stock_threshold=0)
    for threshold in (5, 6, 7):
        await inventory.http.patch("/products/LOW-2", json={"low_stock_threshold": threshold})

    assert await warnings(inventory, "LOW-2") == [(5, 6)]


async def test_not_warned_again_when_what_is_low_is_shipped(inventory: Inventory) -> None:
    await inventory.stocked("LOW-3", 4, low_stock_threshold=3)
    order_id = await inventory.reserve(("LOW-3", 2))
    await inventory.hear(FulfilReservation(order_id))

    assert await warnings(inventory, "LOW-3") == [(2, 3)]


async def test_released_stock_is_told_as_a_movement_with_its_reason(inventory: Inventory) -> None:
    await inventory.stocked("LOW-4", 4)
    order_id = await inventory.reserve(("LOW-4", 3))
    await inventory.hear(ReleaseStock(order_id, "expired"))

    newest = (await inventory.http.get("/products/LOW-4/movements", params={"limit": 1})).json()["items"][0]

    assert newest == {
        "sku": "LOW-4",
        "kind": "released",
        "delta_on_hand": 0,
        "delta_reserved": -3,
        "on_hand": 4,
        "reserved": 0,
        "order_id": str(order_id),
        "reason": "expired",
        "at": newest["at"],
    }
