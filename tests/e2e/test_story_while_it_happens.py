"""`events tail`: every event once, also when the gateway is killed meanwhile, until Ctrl+C."""

import asyncio
import json
import signal
from asyncio.subprocess import Process

from ops.stack.lifecycle import Stack
from tests.e2e.operator import Operator
from tests.e2e.shop import Json, Shop

PATIENCE = 60.0


async def heard_until(tail: Process, type: str, order: str, heard: list[Json]) -> None:
    """Reads on until this event of this order is heard."""
    assert tail.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while not any(event["type"] == type and event["subject"] == order for event in heard):
            line = await tail.stdout.readline()
            assert line, "it has ended"
            heard.append(json.loads(line))


async def listening(tail: Process, shop: Shop, sku: str, heard: list[Json]) -> None:
    """Returns when what happens is heard: it is not known when it subscribes, so orders are placed until then."""
    while not heard:
        order = await shop.place((sku, 1))
        try:
            async with asyncio.timeout(2):
                await heard_until(tail, "order.confirmed", order["id"], heard)
        except TimeoutError:
            continue


async def test_each_event_is_told_once_when_the_gateway_is_killed_meanwhile(stack: Stack, shop: Shop) -> None:
    sku = await shop.product(100)
    async with Operator(stack).running("events", "tail", "--json") as tail:
        heard: list[Json] = []
        await listening(tail, shop, sku, heard)
        await asyncio.to_thread(stack.kill, "gateway")
        order = await shop.place((sku, 1))
        await heard_until(tail, "order.confirmed", order["id"], heard)
        tail.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(tail.wait(), PATIENCE) == 0
    ids = [event["id"] for event in heard]
    assert len(ids) == len(set(ids))
    types = [event["type"] for event in heard if event["subject"] == order["id"]]
    assert types[0] == "order.created"
    assert sorted(types) == sorted(
        ["order.created", "payment.initiated", "inventory.reserved", "payment.processed", "order.confirmed"]
    )
