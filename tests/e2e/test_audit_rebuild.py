"""Rows mended on a service that goes on serving: no write of the meantime is lost."""

import asyncio

from ops.stack.lifecycle import Stack
from tests.e2e.commands import eventflow
from tests.e2e.load import Load
from tests.e2e.shop import Shop
from tests.integration.audit.tampering import tampering

ROUNDS = 3
# What no decision looks at, so that no event is made of it: orders that have just changed, and movements. Rows are
# locked in the services' own order: in another one there would be deadlocks now and then.
_NONSENSE = """
WITH newest AS (SELECT id FROM orders WHERE version > 0 ORDER BY id DESC LIMIT 40),
     held AS MATERIALIZED (SELECT id FROM orders WHERE id IN (SELECT id FROM newest) ORDER BY id FOR UPDATE)
UPDATE orders SET state = state || '{"note": "nonsense"}' WHERE id IN (SELECT id FROM held)"""
_LOST = "DELETE FROM movements WHERE number % 2 = 0"


async def test_nothing_is_lost_when_rows_are_mended_while_orders_flow(shop: Shop, stack: Stack) -> None:
    load = Load(shop, 800, seed=13)
    await load.stock_up()
    placing = asyncio.create_task(load.place_all())
    mended = 0
    for number in range(ROUNDS):
        await load.reached((number + 1) / (ROUNDS + 2))
        for service, damage in (("order", _NONSENSE), ("inventory", _LOST)):
            async with tampering(shop.site, service) as database:
                await database.execute(damage)
            status, done = await eventflow(stack, "rebuild", service, "--json")
            assert (status, done["left"]) == (0, [])
            mended += len(done["differences"])
    await placing
    assert mended > ROUNDS
    assert list(load.broken_promises(await load.ended(within=120))) == []
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])
