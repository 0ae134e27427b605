"""Expiry by time and by what the relay had told: the clock is moved, nothing waits."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from order_service.domain.commands import NotePaymentTaken, NoteStockReserved
from order_service.domain.listings import Listing, RecordListing
from order_service.expiry import Expiry
from shared.database.engine import open_engine
from tests.integration.order_service.conftest import Instances, OrderService

PERIOD = timedelta(seconds=900)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    await service.sql("DELETE FROM orders")
    await service.sql("DELETE FROM relay_progress")
    return service


def expiry_of(shop: OrderService) -> Expiry:
    return Expiry(shop.engine, shop.wiring.handler, PERIOD, shop.clock)


async def relay_has_told_everything(shop: OrderService) -> None:
    await shop.sql(
        "INSERT INTO relay_progress (at, position) SELECT :now, coalesce(max(position), 0) FROM events",
        now=shop.clock(),
    )


async def status_of(shop: OrderService, order: dict[str, str]) -> str:
    return (await shop.http.get(f"/orders/{order['id']}")).json()["status"]


async def test_order_expires_when_it_was_told_of_and_stayed_pending(shop: OrderService) -> None:
    order = await shop.place()
    await relay_has_told_everything(shop)

    assert await expiry_of(shop).expire_due() == 0
    shop.clock.ahead += PERIOD + SECOND
    assert await expiry_of(shop).expire_due() == 1

    expired = (await shop.http.get(f"/orders/{order['id']}")).json()
    assert (expired["status"], expired["reason"]) == ("CANCELLED", "expired")
    history = (await shop.http.get(f"/orders/{order['id']}/events")).json()["items"]
    assert history[1]["actor"] == {"subject": "order_service", "role": "service"}
    assert history[1]["causation_id"] == history[0]["id"]
    assert await expiry_of(shop).expire_due() == 0


async def test_order_waits_when_the_relay_could_not_tell_anybody(shop: OrderService) -> None:
    """Race 25: the broker was down for longer than the expiry."""
    await relay_has_told_everything(shop)
    order = await shop.place()
    shop.clock.ahead += 5 * PERIOD

    assert await expiry_of(shop).expire_due() == 0
    await relay_has_told_everything(shop)
    assert await expiry_of(shop).expire_due() == 0
    shop.clock.ahead += PERIOD - SECOND
    assert await expiry_of(shop).expire_due() == 0
    assert await status_of(shop, order) == "PENDING"

    shop.clock.ahead += 2 * SECOND
    assert await expiry_of(shop).expire_due() == 1
    assert await status_of(shop, order) == "CANCELLED"


async def test_order_waits_when_the_relay_has_passed_it_without_telling_of_it(shop: OrderService) -> None:
    order = await shop.place()
    stream = f"order-{order['id']}"
    await shop.sql("INSERT INTO withheld_streams VALUES (:stream, 1, 'TypeError')", stream=stream)
    await relay_has_told_everything(shop)
    shop.clock.ahead += 5 * PERIOD
    assert await expiry_of(shop).expire_due() == 0

    await shop.sql("DELETE FROM withheld_streams")
    assert await expiry_of(shop).expire_due() == 1


async def test_order_does_not_expire_when_it_was_confirmed(shop: OrderService) -> None:
    order = await shop.place()
    await shop.hear(NoteStockReserved(UUID(order["id"]), 1))
    await shop.hear(NotePaymentTaken(UUID(order["id"]), 3))
    await relay_has_told_everything(shop)
    shop.clock.ahead += 2 * PERIOD

    assert await expiry_of(shop).expire_due() == 0
    assert await status_of(shop, order) == "CONFIRMED"


async def test_order_expires_once_when_two_processes_look(shop: OrderService, instances: Instances) -> None:
    other = await instances.start()
    order = await shop.place()
    await relay_has_told_everything(shop)
    shop.clock.ahead = other.clock.ahead = 2 * PERIOD
    await expiry_of(shop).expire_due()
    await expiry_of(other).expire_due()

    assert await shop.events(order["id"]) == ["order.created", "order.cancelled"]


async def test_expiry_goes_on_looking_when_the_database_does_not_answer(shop: OrderService) -> None:
    looked = asyncio.Semaphore(0)

    def clock() -> datetime:
        looked.release()
        return shop.clock()

    nowhere = open_engine("postgresql://nobody:x@127.0.0.1:1/none", application="test")
    stop = asyncio.Event()
    running = asyncio.create_task(Expiry(nowhere, shop.wiring.handler, PERIOD, clock).run(stop))
    async with asyncio.timeout(30):
        await looked.acquire()
        await looked.acquire()
        stop.set()
        await running
    await nowhere.dispose()
