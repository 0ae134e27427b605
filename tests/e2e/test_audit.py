"""The audit from the command line: clean after every kind of end, and no false alarm while orders flow."""

import asyncio
import json

from ops.stack.lifecycle import Stack
from tests.chaos.load import SteadyLoad
from tests.e2e.commands import eventflow
from tests.e2e.shop import Shop

EVERY_CLAUSE = {f"I{number}" for number in range(1, 8)}
AUDITS_UNDER_LOAD = 3
RATE = 30


async def test_nobody_is_accused_when_orders_flow(shop: Shop, stack: Stack) -> None:
    """Audits follow each other while orders are placed, cancelled and refunded, and once more when all have ended."""
    load = SteadyLoad(shop, rate=RATE, seed=11)
    await load.stock_up()
    placing = asyncio.create_task(load.place_all())
    for _ in range(AUDITS_UNDER_LOAD):
        placed = len(load.placed)
        status, document = await eventflow(stack, "audit", "--json")
        assert (status, document["offenders"]) == (0, [])
        assert len(load.placed) > placed
        assert not placing.done()
    load.enough()
    await placing
    await load.ship_some(await load.ended(within=120))
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])
    assert {clause["clause"] for clause in document["clauses"] if clause["checked"] > 0} == EVERY_CLAUSE
    assert document == json.loads((stack.home.run / "audit.json").read_text())
