"""Stored events told again: nothing changes where they were heard before, and an emptied copy is filled."""

import json
from collections.abc import Sequence
from typing import Any

from ops.stack.lifecycle import Stack
from ops.stack.site import SERVICES, Site
from tests.e2e.commands import eventflow
from tests.e2e.load import Load
from tests.e2e.records import Records, auditor, read_records
from tests.e2e.shop import Shop
from tests.integration.audit.tampering import tampering

_LISTINGS = "SELECT id, version, state::text FROM listings ORDER BY id"


async def test_nothing_changes_when_everything_is_told_again(shop: Shop, stack: Stack) -> None:
    load = Load(shop, 300, seed=12)
    await load.stock_up()
    await load.place_all()
    await load.ship_some(await load.ended(within=120))
    await load.ended(within=120)
    before = await read_records(shop.site, load.since)
    told = 0
    for source in SERVICES:
        for listener in set(SERVICES) - {source}:
            status, answer = await eventflow(stack, "replay", source, "--to", f"{listener}_queue", "--json")
            assert status == 0, answer
            told += answer["events"]
    assert told > len(before.orders) * 4
    await everything_is_heard(shop)
    after = await read_records(shop.site, load.since)
    assert books_of(after, before) == books_of(before, before)
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


async def everything_is_heard(shop: Shop) -> None:
    """An order placed now has ended: its events came after all that was told again, in every queue."""
    order = await shop.place((await shop.product(1), 1))
    await shop.ended(order["id"], within=60)


def books_of(records: Records, of: Records) -> Sequence[Any]:
    """What is held about the orders and products of `of`."""
    return [
        {order_id: records.orders[order_id] for order_id in of.orders},
        {order_id: records.payments[order_id] for order_id in of.payments},
        {order_id: records.reservations[order_id] for order_id in of.reservations},
        {sku: records.levels[sku] for sku in of.levels},
        {key: records.ledger[key] for key in of.ledger},
    ]


async def listings(site: Site) -> dict[str, tuple[Any, ...]]:
    """Version and state by SKU."""
    async with auditor(site, "order") as database:
        return {sku: (version, json.loads(state)) for sku, version, state in await database.fetch(_LISTINGS)}
