"""Orders that stay PENDING expire, unless it was the broker that kept everybody from hearing of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ops.stack.lifecycle import Stack
from tests.e2e.books import balance
from tests.e2e.neighbour import Neighbour
from tests.e2e.outages import away
from tests.e2e.shop import Json, Shop
from tests.e2e.waiting import NotYet, until

# More than the 5 s that a process may wait at most before it looks for a broker that is back.
EXPIRY_SECONDS = 9


@pytest.fixture(scope="module")
async def neighbour(stack: Stack) -> AsyncIterator[Neighbour]:
    expiring = await asyncio.to_thread(Neighbour, stack, {"ORDER_EXPIRY_SECONDS": str(EXPIRY_SECONDS)})
    try:
        await expiring.start_all()
        yield expiring
    finally:
        await asyncio.to_thread(expiring.discard)


@pytest.fixture(scope="module")
async def shop(neighbour: Neighbour) -> AsyncIterator[Shop]:
    async with Shop(neighbour.site) as shop:
        yield shop


async def test_only_what_could_be_heard_of_expires_when_the_broker_is_down_for_longer(
    stack: Stack, neighbour: Neighbour, shop: Shop
) -> None:
    """Race 25. One order was told before the broker went down, to nobody who would answer; the others never were."""
    since = datetime.now(UTC)
    sku = await shop.product(10)
    await neighbour.stop("inventory")
    told = await shop.place((sku, 1))

    async def is_told() -> None:
        if not (await shop.history(told["id"]))[0]["published"]:
            raise NotYet("it is not published")

    await until("the first order is told", is_told, within=10)
    async with away(stack, "rabbitmq"):
        await neighbour.launch("inventory")
        await readiness(shop, "degraded")

        untold = [await shop.place((sku, 1)) for _ in range(5)]
        assert {order["status"] for order in untold} == {"PENDING"}
        expired = await shop.reaches(told["id"], status="CANCELLED", within=EXPIRY_SECONDS + 20)
        assert expired["reason"] == "expired"
        assert moment(expired["updated_at"]) >= moment(expired["expires_at"])

        async def expiry_is_over() -> None:
            if datetime.now(UTC) < moment(untold[-1]["expires_at"]) + timedelta(seconds=2):
                raise NotYet("it is not yet over")

        await until("the others' expiry is over", expiry_is_over, within=EXPIRY_SECONDS + 20)
        for order in untold:
            assert (await shop.order(order["id"]))["status"] == "PENDING"

    for order in untold:
        assert (await shop.ended(order["id"], within=60))["status"] == "CONFIRMED"
    expired = await shop.ended(told["id"], within=60)
    # Its order.created waits in the queues: who hears of the reservation before the cancel charges, and gives it back.
    assert expired["payment_status"] in ("CANCELLED", "REFUNDED")
    assert expired["stock_status"] == "RELEASED"
    await readiness(shop, "ready")
    history = await shop.history(told["id"])
    assert history[1]["type"] == "order.cancelled"
    assert history[1]["actor"] == {"subject": "order_service", "role": "service"}
    await balance(neighbour.site, since=since, stocked=shop.stocked)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def readiness(shop: Shop, wanted: str) -> None:
    """Returns once the order service calls itself that. It takes orders either way."""

    async def look() -> None:
        answer = await shop.orders.get("/health/ready")
        found: Json = answer.json()
        if (answer.status_code, found["status"]) != (200, wanted):
            raise NotYet(f"{answer.status_code} {found}")

    await until(f"the order service is {wanted}", look, within=30)
