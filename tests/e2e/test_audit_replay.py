"""Stored events told again: nothing changes where they were heard before, and an emptied copy is filled."""

import json
from functools import partial
from typing import Any

from ops.stack.lifecycle import Stack
from ops.stack.site import SERVICES, Site
from tests.e2e.books import balance
from tests.e2e.commands import eventflow
from tests.e2e.everything import everything, failed_deliveries, nothing_is_set_aside
from tests.e2e.load import Load
from tests.e2e.records import auditor
from tests.e2e.shop import Shop
from tests.e2e.waiting import until
from tests.integration.audit.tampering import tampering

_LISTINGS = "SELECT id, version, state::text FROM listings ORDER BY id"


async def test_nothing_changes_when_everything_is_told_again(shop: Shop, stack: Stack) -> None:
    load = Load(shop, 300, seed=12)
    await load.stock_up()
    await load.place_all()
    await load.ship_some(await load.ended(within=120))
    await load.ended(within=120)
    await everything_is_heard(shop)
    await balance(shop.site, since=load.since, stocked=load.stocked)
    before, failed = await everything(shop.site), await failed_deliveries(shop.site)

    told = 0
    for source in SERVICES:
        for listener in set(SERVICES) - {source}:
            status, answer = await eventflow(stack, "replay", source, "--to", f"{listener}_queue", "--json")
            assert status == 0, answer
            told += answer["events"]
    assert told > len(load.placed) * 4
    await until("no event waits to be tried again", partial(nothing_is_set_aside, shop.site), within=30)
    ordered_since = await everything_is_heard(shop)

    assert await failed_deliveries(shop.site) == failed
    await nothing_is_set_aside(shop.site)
    after = await everything(shop.site, but=ordered_since)
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    await balance(shop.site, since=load.since, stocked=load.stocked)
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])


async def test_copy_of_the_catalogue_is_filled_when_it_was_emptied(shop: Shop, stack: Stack) -> None:
    sku = await shop.product(5)
    await everything_is_heard(shop)
    before = await listings(shop.site)
    async with tampering(shop.site, "order") as database:
        await database.execute("DELETE FROM listings")
    refused = await shop.orders.post("/orders", json=shop.order_input((sku, 1)))
    assert refused.status_code == 422

    status, answer = await eventflow(
        stack, "replay", "inventory", "--to", "order_queue", "--type", "inventory.updated", "--json"
    )
    assert (status, answer["types"]) == (0, ["inventory.updated"])
    await shop.orderable(sku, "USD", within=30)
    await everything_is_heard(shop)
    after = await listings(shop.site)
    assert {known: after.get(known) for known in before} == before


async def everything_is_heard(shop: Shop) -> tuple[str, str, str]:
    """An order placed now has ended: its events came after all that was told again, in every queue.

    By its id, its SKU and its payment's id one finds all that there is about it.
    """
    sku = await shop.product(1)
    order = await shop.place((sku, 1))
    await shop.ended(order["id"], within=60)
    return order["id"], sku, (await shop.payment(order["id"]))["id"]


async def listings(site: Site) -> dict[str, tuple[Any, ...]]:
    """Version and state by SKU."""
    async with auditor(site, "order") as database:
        return {sku: (version, json.loads(state)) for sku, version, state in await database.fetch(_LISTINGS)}
