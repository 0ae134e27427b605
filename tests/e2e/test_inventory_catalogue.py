"""The catalogue as merchandisers keep it and shoppers read it, with Redis there and away."""

from secrets import token_hex

from ops.stack.lifecycle import Stack
from tests.e2e.outages import away
from tests.e2e.shop import Shop, shown
from tests.e2e.waiting import NotYet, until


async def test_products_are_orderable_when_a_file_was_imported(shop: Shop) -> None:
    skus = [f"FILE-{token_hex(4).upper()}" for _ in range(3)]
    file = "sku,name,prices\n" + "".join(f'{sku},"Mug, blue",USD:1999;EUR:1849\n' for sku in skus)
    for preview, action in (("true", "create"), ("false", "created")):
        answer = await shop.inventory.post(
            "/products/import",
            content=file,
            headers={"Content-Type": "text/csv"},
            params={"preview": preview},
        )
        assert answer.status_code == 200, answer.text
        assert [(row["sku"], row["action"]) for row in answer.json()["rows"]] == [
            (sku, action) for sku in skus
        ]

    for sku in skus:
        await shop.orderable(sku, "EUR")
        await shop.adjust(sku, 1)
    placed = await shop.place(*((sku, 1) for sku in skus))
    assert (await shop.ended(placed["id"]))["status"] == "CONFIRMED"
    assert [await shop.stock(sku) for sku in skus] == [(1, 1)] * 3


async def test_shoppers_see_what_is_left_when_orders_take_it(shop: Shop) -> None:
    """Read all the time, so that it is always in the cache when somebody orders."""
    sku = await shop.product(5)
    for left in (4, 3, 2):
        await shop.ended((await shop.place((sku, 1)))["id"])
        assert (await shown(shop.inventory, f"/products/{sku}"))["available"] == left


async def test_catalogue_is_read_and_changed_when_redis_is_away(shop: Shop, stack: Stack) -> None:
    sku = await shop.product(5)
    async with away(stack, "redis"):
        for price in range(1, 6):
            changed = await shop.inventory.patch(f"/products/{sku}", json={"prices": {"USD": price}})
            answer = await shop.inventory.get(f"/products/{sku}")
            assert (answer.status_code, answer.content) == (200, changed.content)
        assert (await shop.inventory.get("/health/ready")).json()["status"] == "ready"

    async def from_the_cache() -> None:
        before = await hits(shop)
        await shown(shop.inventory, f"/products/{sku}")
        if await hits(shop) <= before:
            raise NotYet("it came from the database")

    await until("products come from the cache again", from_the_cache, within=60)


async def hits(shop: Shop) -> float:
    lines = (await shop.inventory.get(shop.site.metrics_url("inventory"))).text.splitlines()
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in lines
        if line.startswith("eventflow_cache_reads_total") and 'outcome="hit"' in line
    )
