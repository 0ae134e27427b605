"""What is away is named. A database: 503 and nothing half done at its own service, patience everywhere else."""

import asyncio
from datetime import UTC, datetime
from importlib import import_module

import pytest

from ops.stack.lifecycle import Stack
from ops.stack.site import SERVICES, package_of
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


async def test_each_service_says_what_it_can_do_without_the_broker_when_it_is_away(
    shop: Shop, stack: Stack
) -> None:
    """Orders are taken all the same; a service that declares that it is of no use without the broker is not ready."""
    needing = {
        service: import_module(f"{package_of(service)}.main").SERVICE.needs_broker for service in SERVICES
    }
    assert needing["order"] is False
    async with away(stack, "rabbitmq"):
        await asyncio.gather(*(misses_the_broker(shop, name, needs) for name, needs in needing.items()))
    await asyncio.gather(*(is_ready(shop, service) for service in SERVICES))


async def misses_the_broker(shop: Shop, service: str, needs: bool) -> None:
    """Returns once the service names the broker: not ready (503) if it needs it, else degraded (200)."""

    async def look() -> None:
        answer = await shop.clients[service].get("/health/ready")
        if needs and answer.status_code == 503:
            assert_problem(answer, 503, "not-ready", "broker")
        elif needs or answer.json()["checks"].get("broker") != "failed":
            raise NotYet(f"{answer.status_code} {answer.text}")
        else:
            assert (answer.status_code, answer.json()["status"]) == (200, "degraded")

    await until(f"{service} misses the broker", look, within=20)


async def is_ready(shop: Shop, service: str) -> None:
    async def look() -> None:
        answer = await shop.clients[service].get("/health/ready")
        if (answer.status_code, answer.json()["status"]) != (200, "ready"):
            raise NotYet(f"{answer.status_code} {answer.text}")

    await until(f"{service} is ready again", look, within=30)
