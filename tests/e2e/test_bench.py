"""The bench on a stack that others use too: what it reports of a light load is what was done."""

import asyncio

import httpx

from ops.bench.floor import floor
from ops.bench.load import Load, drive
from ops.bench.shop import open_shop
from ops.bench.subject import Subject
from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.site import HOST, ISSUER
from ops.stack.tokens import GivenToken

RATE, SECONDS = 20.0, 3.0


async def driven(subject: Subject) -> Load:
    load = await drive(subject, RATE, SECONDS, seed=1, watch=lambda _: None)
    figures = load.figures
    assert figures.offered == figures.accepted == figures.confirmed == RATE * SECONDS
    assert 0 < figures.post_ms["p50"] <= figures.confirmed_ms["p50"]
    assert figures.backlog[-1] == 0
    assert load.cpu.keys() == subject.processes.keys() | {"generator", "bench"}
    assert min(load.memory.values()) > 1
    assert load.queues[0].keys() == {"at_s", *subject.queues}
    return load


async def others_buy(shop: Subject) -> None:
    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{shop.port}", timeout=30, trust_env=False, auth=GivenToken(shop.token)
    ) as client:
        for body in shop.bodies:
            answer = await client.post("/orders", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 201
            await asyncio.sleep(0.05)


async def test_every_order_of_a_light_load_is_confirmed_and_counted(stack: Stack) -> None:
    shop = await asyncio.to_thread(open_shop, stack)
    others = asyncio.create_task(others_buy(shop))
    load = await driven(shop)
    assert not others.done()
    others.cancel()
    working = [name for names in PROCESSES.values() for name in names if name != ISSUER]
    assert all(load.cpu[name] > 0 for name in working)


async def test_every_order_passes_through_the_bare_pipeline(stack: Stack) -> None:
    bodies = ['{"items":[{"sku":"A","quantity":1}],"currency":"USD","payment_method":"pm","customer_id":"c"}']
    running = floor(stack, bodies)
    bare = await asyncio.to_thread(running.__enter__)
    try:
        await driven(bare)
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
