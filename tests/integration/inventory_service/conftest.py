"""The inventory service on a real database: its API in this process, and what it would hear of orders."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from inventory_service.domain.reservation import Line
from inventory_service.domain.reserving import ReserveStock
from inventory_service.handling import Command
from inventory_service.main import SERVICE
from inventory_service.settings import InventorySettings
from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.database.migrations import upgrade
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.http.application import create_application
from shared.identity.callers import STAFF
from shared.runtime.handling import Handler
from shared.runtime.service import Platform
from shared.runtime.submissions import Outcome, Submission
from shared.testing.identity import Signer
from tests.integration.conftest import MakeDatabase

SIGNER = Signer()
POOL_SIZE = 5

MUG = {
    "sku": "MUG-1",
    "name": "Enamel mug",
    "description": "Blue, 350 ml",
    "category": "Kitchen",
    "image": "/mug.webp",
    "prices": {"USD": 1999, "EUR": 1849},
    "low_stock_threshold": 3,
}


@dataclass(frozen=True)
class Inventory:
    """`http` is the API, asked by a clerk; `hear` is the consumer's way in, one batch at a time. `reads` is the pool of what is shown."""

    http: httpx.AsyncClient
    engine: AsyncEngine
    reads: AsyncEngine
    handler: Handler

    async def hear(self, *commands: Command) -> list[Outcome]:
        return await self.handler.handle([Submission(command, heard_now()) for command in commands])

    async def reserve(self, *lines: tuple[str, int]) -> UUID:
        order_id = new_id()
        await self.hear(reserving(order_id, *lines))
        return order_id

    async def stocked(self, sku: str, on_hand: int, **fields: Any) -> str:
        """A new product with stock."""
        created = await self.http.post("/products", json={**MUG, "sku": sku, **fields})
        assert created.status_code == 201, created.text
        if on_hand:
            await self.adjust(sku, on_hand)
        return sku

    async def adjust(self, sku: str, delta: int) -> httpx.Response:
        return await self.http.post(f"/products/{sku}/adjustments", json={"delta": delta, "reason": "count"})

    async def product(self, sku: str) -> dict[str, Any]:
        return (await self.http.get(f"/products/{sku}")).json()

    async def rows(self, statement: str) -> Sequence[Any]:
        async with self.engine.connect() as connection:
            return (await connection.execute(text(statement))).all()


def heard_now() -> Context:
    cause = new_id()
    return Context(cause, cause, cause, Actor("inventory_service", "service"), datetime.now(UTC), "c-1")


def reserving(order_id: UUID, *lines: tuple[str, int]) -> ReserveStock:
    return ReserveStock(order_id, tuple(Line(sku, quantity) for sku, quantity in lines))


@pytest.fixture(scope="module")
async def database(make_database: MakeDatabase) -> FreshDatabase:
    """Migrated and empty."""
    made = make_database("inventory")
    await asyncio.to_thread(upgrade, "inventory_service:migrations", made.owner_url)
    return made


@asynccontextmanager
async def running(database: FreshDatabase, redis_url: str | None = None) -> AsyncGenerator[Inventory]:
    """One process's worth of the service; without `redis_url` it has no cache."""
    engine = open_engine(database.runtime_url, application="inventory-tests", pool_size=POOL_SIZE)
    reads = open_engine(database.runtime_url, application="inventory-tests", pool_size=POOL_SIZE)
    settings = InventorySettings(
        database_url=SecretStr(database.runtime_url),
        port=1,
        rabbitmq_url=SecretStr("amqp://nobody@127.0.0.1:1/"),
        oidc_issuer="http://127.0.0.1:1",
        redis_url=None if redis_url is None else SecretStr(redis_url),
    )
    wiring = SERVICE.wire(Platform(settings, engine, lambda: datetime.now(UTC), reads))
    stop = asyncio.Event()
    committing = asyncio.create_task(wiring.commands.run(stop))
    application = create_application(
        title="inventory", version="1", routers=wiring.routers, health_checks=[], verifier=SIGNER.verifier()
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://inventory", headers=SIGNER.headers(STAFF, "clerk")
    ) as http:
        yield Inventory(http, engine, reads, wiring.handler)
    stop.set()
    await committing
    if wiring.close is not None:
        await wiring.close()
    await engine.dispose()
    await reads.dispose()


@pytest.fixture(scope="module")
async def inventory(database: FreshDatabase) -> AsyncIterator[Inventory]:
    async with running(database) as inventory:
        yield inventory
