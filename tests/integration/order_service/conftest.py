"""The order service on a real database, reached in process; what others say is handed to its reactions directly."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from order_service.main import SERVICE
from order_service.settings import OrderSettings
from shared.database.engine import open_engine
from shared.database.migrations import upgrade
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.http.application import create_application
from shared.identity.callers import STAFF
from shared.runtime.service import Platform, Wiring
from shared.runtime.submissions import Submission
from shared.testing.identity import Signer
from tests.integration.conftest import MakeDatabase

SIGNER = Signer()
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass
class Clock:
    """Real time, unless a test sets it ahead."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class OrderService:
    """One instance of the service without broker: `http` is its API, asked by a clerk, `hear` its consumer."""

    wiring: Wiring
    engine: AsyncEngine
    http: httpx.AsyncClient
    clock: Clock = field(default_factory=Clock)

    async def hear(self, command: object, customer_id: str | None = "c-1") -> None:
        event_id = new_id()
        context = Context(
            command_id=event_id,
            correlation_id=event_id,
            causation_id=event_id,
            actor=Actor("payment_service", "service"),
            now=self.clock(),
            customer_id=customer_id,
        )
        await self.wiring.handler.handle([Submission(command, context, heard=event_id)])

    async def sql(self, statement: str, **parameters: Any) -> list[Any]:
        async with self.engine.begin() as connection:
            result = await connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []

    async def place(self, **changes: Any) -> dict[str, Any]:
        answer = await self.http.post("/orders", json=order_input(**changes))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def events(self, order_id: UUID | str) -> list[str]:
        rows = await self.sql(
            "SELECT type FROM events WHERE stream = :stream ORDER BY version", stream=f"order-{order_id}"
        )
        return [row.type for row in rows]


def order_input(**changes: Any) -> dict[str, Any]:
    items = [{"sku": "MUG-1", "quantity": 2}, {"sku": "TEA-1", "quantity": 1}]
    return {
        "items": items,
        "currency": "USD",
        "payment_method": "pm_card_visa",
        "customer_id": "c-1",
        **changes,
    }


ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
    "email": "ada@example.org",
}


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase) -> FreshDatabase:
    made = make_database("order")
    upgrade("order_service:migrations", made.owner_url)
    return made


@pytest.fixture
async def instances(database: FreshDatabase) -> AsyncIterator["Instances"]:
    made = Instances(database)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def service(instances: "Instances") -> OrderService:
    return await instances.start()


@dataclass
class Instances:
    """Starts processes' worth of the service on one database, in this process."""

    database: FreshDatabase
    running: list[tuple[OrderService, asyncio.Event, asyncio.Task[None]]] = field(default_factory=list)

    async def start(self) -> OrderService:
        settings = OrderSettings(
            database_url=SecretStr(self.database.runtime_url),
            port=1,
            rabbitmq_url=SecretStr("amqp://nobody@127.0.0.1:1/"),
            oidc_issuer="http://127.0.0.1:1",
            master_key=SecretStr(MASTER_KEY),
        )
        engine = open_engine(self.database.runtime_url, application="test", pool_size=5)
        clock = Clock()
        wiring = SERVICE.wire(Platform(settings, engine, clock, engine))
        application = create_application(
            title="orders",
            version="test",
            routers=wiring.routers,
            health_checks=[],
            verifier=SIGNER.verifier(),
        )
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application, raise_app_exceptions=False),
            base_url="http://orders",
            headers=SIGNER.headers(STAFF, "clerk"),
        )
        stop = asyncio.Event()
        service = OrderService(wiring, engine, client, clock)
        self.running.append((service, stop, asyncio.create_task(wiring.commands.run(stop))))
        return service

    async def close(self) -> None:
        for service, stop, commands in self.running:
            stop.set()
            await commands
            await service.http.aclose()
            await service.engine.dispose()
