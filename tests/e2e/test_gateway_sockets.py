"""Browsers on sockets while things die: each holds every event once, in order per aggregate."""

import asyncio

from ops.stack.lifecycle import Stack
from tests.e2e.broker import listening
from tests.e2e.browser import Browser
from tests.e2e.load import Load
from tests.e2e.shop import Shop


async def test_browsers_hold_every_event_once_when_the_gateway_was_killed_under_load(
    shop: Shop, stack: Stack
) -> None:
    load = Load(shop, 600, seed=21)
    await load.stock_up()
    dashboard = Browser(shop.site, topic="dashboard")
    staying = asyncio.create_task(dashboard.stay())
    try:
        await dashboard.follows()
        async with listening(shop.site) as heard, asyncio.TaskGroup() as group:
            group.create_task(load.place_all())
            for share in (0.2, 0.6):
                await load.reached(share)
                await asyncio.to_thread(stack.kill, "gateway")
        await asyncio.to_thread(stack.start, "gateway")
        await load.ended(within=120)
        await dashboard.holds(set(heard))
        assert dashboard.connections >= 2
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)
