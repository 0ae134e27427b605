"""A database that is away: 503 and nothing half done at its own service, patience everywhere else."""

import asyncio
from datetime import UTC, datetime

import pytest

from ops.stack.lifecycle import Stack
from tests.e2e.books import balance
from tests.e2e.outages import away
from tests.e2e.shop import Shop, shown
from tests.e2e.test_bad_input import assert_problem
from tests.e2e.waiting import NotYet, until


async def test_answer_is_503_and_nothing_is_written_when_the_order_database_is_down(
    shop: Shop, stack: Stack
) -> None:
    since, sku = datetime.now(UTC), await shop.product(10)
    customer = f"outage-{sku}"
    body = shop.order_input((sku, 1), customer_id=customer)
    key = {"Idempotency-Key": "outage"}
    async with away(stack, "order_db"):
        refused = [
            await shop.orders.post("/orders", json=body, headers=key),
            await shop.orders.post("/orders", json=body),
            await shop.orders.get("/orders"),
            await shop.orders.get("/orders/01890000-0000-7000-8000-000000000000"),
        ]
        for answer in refused:
            assert_problem(answer, 503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert_problem(await shop.orders.get("/health/ready"), 503, "not-ready", "database")
        assert (await shop.orders.get("/health/live")).status_code == 200

    assert (await shown(shop.orders, f"/orders?customer_id={customer}"))["items"] == []
    placed = [await shop.orders.post("/orders", json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in placed] == [201, 201]
    assert placed[0].json() == placed[1].json()
    await shop.ended(placed[0].json()["id"])
    records = await balance(shop.site, since=since, stocked={sku: 10})
    assert list(records.orders) == [placed[0].json()["id"]]


@pytest.mark.parametrize("service", ["payment", "inventory"])
async def test_orders_wait_and_complete_when_another_database_is_down(
    shop: Shop, stack: Stack, service: str
) -> None:
    since, sku = datetime.now(UTC), await shop.product(100)
    before = await asyncio.gather(*(shop.place((sku, 1)) for _ in range(10)))
    async with away(stack, f"{service}_db"):
        meanwhile = await asyncio.gather(*(shop.place((sku, 1)) for _ in range(10)))
        await cannot_answer(shop, service)
        shown_now = [await shop.order(order["id"]) for order in meanwhile]
        assert {order["status"] for order in shown_now} == {"PENDING"}

    for order in (*before, *meanwhile):
        assert (await shop.ended(order["id"], within=40))["status"] == "CONFIRMED"
    await balance(shop.site, since=since, stocked={sku: 100})


async def cannot_answer(shop: Shop, service: str) -> None:
    """Returns once the service says that its database is missing."""
    client, path = shop.clients[service], {"payment": "/payments", "inventory": "/products"}[service]

    async def look() -> None:
        ready = await client.get("/health/ready")
        if ready.status_code != 503:
            raise NotYet(f"{ready.status_code} {ready.text}")
        assert_problem(ready, 503, "not-ready", "database")

    await until(f"{service} is not ready", look, within=10)
    answer = await client.get(path)
    assert_problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
