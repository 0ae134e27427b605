"""What has to be committed and what is only shown have connections of their own."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.integration.inventory_service.conftest import POOL_SIZE, Inventory


@asynccontextmanager
async def exhausted(engine: AsyncEngine) -> AsyncGenerator[None]:
    """Every connection of the pool is in somebody's hands."""
    async with AsyncExitStack() as held:
        for _ in range(POOL_SIZE):
            await held.enter_async_context(engine.connect())
        yield


async def test_stock_is_reserved_and_adjusted_when_readers_hold_all_that_they_may(
    inventory: Inventory,
) -> None:
    async with exhausted(inventory.reads):
        await inventory.stocked("POOLED", 5)
        await inventory.reserve(("POOLED", 2))
    assert (await inventory.product("POOLED"))["available"] == 3


async def test_everything_is_shown_when_commits_hold_all_that_they_may(inventory: Inventory) -> None:
    await inventory.stocked("SHOWN", 5)
    order_id = await inventory.reserve(("SHOWN", 2))
    async with exhausted(inventory.engine):
        for path in (
            "/products/SHOWN",
            "/products?sku=SHOWN",
            "/products/SHOWN/movements",
            f"/reservations/{order_id}",
            f"/reservations/{order_id}/events",
        ):
            assert (await inventory.http.get(path)).status_code == 200, path
