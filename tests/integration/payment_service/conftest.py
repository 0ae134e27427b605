"""The payment service on real databases, its own and the provider's: its API in this process, and what it hears."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from payment_service.api.routes import payment_router
from payment_service.api.submitting import RefundDesk
from payment_service.charging import Charging
from payment_service.domain.commands import CancelPayment, Command, NoteStockReserved, RecordPayment
from payment_service.domain.money import Money
from payment_service.domain.payment import Payment
from payment_service.handling import MODEL
from payment_service.projections import project
from payment_service.providers.port import PaymentProvider
from payment_service.providers.simulated import SimulatedProvider
from payment_service.publishing import publish
from payment_service.queries import PaymentQueries
from payment_service.tables import PAYMENTS
from shared.database.engine import open_engine
from shared.database.faults import Unavailable, translated
from shared.database.migrations import upgrade
from shared.database.row_store import read_rows
from shared.eventsourcing.ids import derived_id, new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.http.application import create_application
from shared.identity.callers import STAFF
from shared.runtime.commands import Commands
from shared.runtime.handling import Handler
from shared.runtime.history import History
from shared.runtime.submissions import Decided, Submission
from shared.testing.identity import Signer
from tests.integration.conftest import MakeDatabase

SIGNER = Signer()
PRICE = Money(4498, "USD")
PATIENCE = 20


def utc_now() -> datetime:
    return datetime.now(UTC)


def placed(order_id: UUID, method: str = "pm_card_visa", price: Money = PRICE) -> RecordPayment:
    return RecordPayment(order_id, derived_id(order_id, "payment"), "c-1", price, method)


def heard_now() -> Context:
    cause = new_id()
    return Context(cause, cause, cause, Actor("payment_service", "service"), utc_now(), "c-1")


@dataclass(frozen=True)
class Payments:
    """`http` is the API, asked by a clerk; `hear` is the consumer's way in; `charging` runs only where a test lets it."""

    http: httpx.AsyncClient
    engine: AsyncEngine
    handler: Handler
    provider: SimulatedProvider

    async def hear(self, *commands: Command) -> None:
        outcomes = await self.handler.handle([Submission(command, heard_now()) for command in commands])
        assert all(isinstance(outcome, Decided) for outcome in outcomes)

    async def reserved(self, method: str = "pm_card_visa", price: Money = PRICE) -> UUID:
        """An order that is placed and has its stock: to be charged."""
        order_id = new_id()
        await self.hear(placed(order_id, method, price), NoteStockReserved(order_id))
        return order_id

    async def taken(self, method: str = "pm_card_visa", price: Money = PRICE) -> UUID:
        """An order whose money was taken."""
        order_id = await self.reserved(method, price)
        async with self.charging():
            await self.until(order_id, lambda payment: payment.captured > 0)
        return order_id

    async def cancel(self, order_id: UUID) -> None:
        await self.hear(CancelPayment(order_id, "customer_request"))

    @asynccontextmanager
    async def charging(
        self, provider: PaymentProvider | None = None, engine: AsyncEngine | None = None
    ) -> AsyncGenerator[Charging]:
        """A worker that charges meanwhile, as in a process of its own when it has an engine of its own."""
        handler = self.handler if engine is None else Handler(engine, MODEL, project=project)
        worker = Charging(engine or self.engine, handler, provider or self.provider, utc_now)
        handler.observers.append(worker.observe)
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        try:
            yield worker
        finally:
            stop.set()
            await running
            handler.observers.remove(worker.observe)

    async def state(self, order_id: UUID) -> Payment:
        async with self.engine.connect() as connection:
            rows = await read_rows(connection, PAYMENTS, [str(order_id)])
        return rows[str(order_id)].state if rows else PAYMENTS.initial

    async def until(self, order_id: UUID, reached: Callable[[Payment], bool]) -> Payment:
        """The payment once it is as `reached` wants it; fails after 20 s. The database may be away meanwhile."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(Unavailable), translated():
                    payment = await self.state(order_id)
                    if reached(payment):
                        return payment
                await asyncio.sleep(0.02)

    async def until_asked(self, order_id: UUID, times: int) -> None:
        """Returns once the provider was asked that often for an open call of the order; fails after 20 s."""
        async with asyncio.timeout(PATIENCE):
            while True:
                calls = await self.rows(
                    "SELECT attempts FROM provider_calls WHERE order_id = :order_id", order_id=order_id
                )
                if any(call.attempts >= times for call in calls):
                    return
                await asyncio.sleep(0.02)

    async def resource(self, order_id: UUID) -> dict[str, Any]:
        answer = await self.http.get(f"/payments/{derived_id(order_id, 'payment')}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refund(self, order_id: UUID, amount: int | None = None, **headers: str) -> httpx.Response:
        body = {"reason": "damaged"} | ({} if amount is None else {"amount": amount})
        path = f"/payments/{derived_id(order_id, 'payment')}/refunds"
        return await self.http.post(path, json=body, headers=headers)

    async def retry(self, order_id: UUID, refund_id: str) -> httpx.Response:
        path = f"/payments/{derived_id(order_id, 'payment')}/refunds/{refund_id}/retry"
        return await self.http.post(path)

    async def rows(self, statement: str, **parameters: Any) -> Sequence[Any]:
        return await rows_of(self.engine, statement, **parameters)

    async def types(self, order_id: UUID) -> list[str]:
        """The types of the payment's events in order."""
        rows = await self.rows(
            "SELECT type FROM events WHERE stream = :stream ORDER BY version",
            stream=PAYMENTS.stream(str(order_id)),
        )
        return [row.type for row in rows]


@dataclass(frozen=True)
class Books:
    """The provider's database, looked at from outside."""

    engine: AsyncEngine
    url: str = field(repr=False)

    async def entries(self, order_id: UUID) -> Sequence[Any]:
        return await rows_of(
            self.engine,
            "SELECT * FROM ledger WHERE key LIKE :prefix ORDER BY created_at, key",
            prefix=f"{derived_id(order_id, 'payment')}:%",
        )

    async def kept(self, order_id: UUID) -> int:
        """Minor units that were charged and not returned."""
        sign = {"charged": 1, "refunded": -1}
        return sum(sign.get(row.outcome, 0) * row.amount for row in await self.entries(order_id))


async def rows_of(engine: AsyncEngine, statement: str, **parameters: Any) -> Sequence[Any]:
    async with engine.connect() as connection:
        return (await connection.execute(text(statement), parameters)).all()


@pytest.fixture(scope="module")
async def database(make_database: MakeDatabase) -> FreshDatabase:
    """The service's, migrated and empty."""
    made = make_database("payment")
    await asyncio.to_thread(upgrade, "payment_service:migrations", made.owner_url)
    return made


@pytest.fixture(scope="module")
async def provider_database(make_database: MakeDatabase) -> FreshDatabase:
    made = make_database("provider")
    await asyncio.to_thread(upgrade, "payment_service.providers:migrations", made.owner_url)
    return made


@pytest.fixture(scope="module")
async def books(provider_database: FreshDatabase) -> AsyncIterator[Books]:
    engine = open_engine(provider_database.runtime_url, application="provider-tests", pool_size=10)
    yield Books(engine, provider_database.superuser_url)
    await engine.dispose()


@pytest.fixture(scope="module")
async def payments(database: FreshDatabase, books: Books) -> AsyncIterator[Payments]:
    engine = open_engine(database.runtime_url, application="payment-tests")
    handler = Handler(engine, MODEL, project=project)
    commands = Commands(handler)
    stop = asyncio.Event()
    committing = asyncio.create_task(commands.run(stop))
    history = History(engine, handler.store, publish)
    router = payment_router(PaymentQueries(engine), history, RefundDesk(commands, utc_now))
    application = create_application(
        title="payments", version="1", routers=[router], health_checks=[], verifier=SIGNER.verifier()
    )
    transport = httpx.ASGITransport(application)
    provider = SimulatedProvider(books.engine, latency=timedelta(), error_rate=0)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://payments", headers=SIGNER.headers(STAFF, "clerk")
    ) as http:
        yield Payments(http, engine, handler, provider)
    stop.set()
    await committing
    await engine.dispose()
