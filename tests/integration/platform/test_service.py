"""A service as real processes: whole or in parts, and gone within ten seconds when it is told to stop."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ops.stack import ports
from ops.stack.isolation import FreshDatabase
from ops.stack.site import process_environment
from shared.contracts.payments import PaymentCancelled
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.broker import Broker, Listener, listen
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import body_of, cloud_event

NOWHERE = "amqp://nobody:x@127.0.0.1:1/"


@pytest.fixture
async def superuser(database: FreshDatabase) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database.superuser_url, application="superuser")
    yield engine
    await engine.dispose()


class Process:
    """One process of the bank."""

    def __init__(self, process: asyncio.subprocess.Process, http: httpx.AsyncClient, metrics: str) -> None:
        self.process = process
        self.http = http
        self._metrics = metrics

    async def ready(self) -> httpx.Response | None:
        assert self.process.returncode is None, "it has ended"
        try:
            return await self.http.get("/health/ready")
        except httpx.TransportError:
            return None

    async def metrics(self) -> str:
        return (await self.http.get(self._metrics)).raise_for_status().text

    async def deposit(self, account: UUID, amount: int) -> httpx.Response:
        return await self.http.post(f"/accounts/{account}/deposits/{amount}")

    async def stop(self) -> float:
        """SIGTERM; how long it then took, when it ended well."""
        began = monotonic()
        self.process.terminate()
        assert await self.process.wait() == 0
        return monotonic() - began


@asynccontextmanager
async def process_of(database: FreshDatabase, broker_url: str, *arguments: str) -> AsyncGenerator[Process]:
    reservation = ports.choose(["bank", "metrics"], prefer_usual=False)
    port, metrics_port = reservation.ports["bank"], reservation.ports["metrics"]
    environment = process_environment() | {
        "BANK_DATABASE_URL": database.runtime_url,
        "BANK_OWNER_DATABASE_URL": database.owner_url,
        "BANK_PORT": str(port),
        "BANK_METRICS_PORT": str(metrics_port),
        "RABBITMQ_URL": broker_url,
        "OIDC_ISSUER": "http://127.0.0.1:1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    reservation.release()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.platform.bank_service", *arguments, env=environment
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http:
        try:
            yield Process(process, http, f"http://127.0.0.1:{metrics_port}/metrics")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def payment_cancelled(account: UUID) -> bytes:
    data = {
        "payment_id": str(new_id()),
        "order_id": str(account),
        "amount": 1,
        "currency": "EUR",
        "reason": "order_cancelled",
    }
    return body_of(cloud_event(data, PaymentCancelled))


async def hears(listener: Listener, account: UUID, events: int) -> None:
    async def enough() -> bool:
        return sum(event["subject"] == str(account) for event in await listener.heard()) >= events

    await until(enough, within=20)


async def waits_for_a_lock(connection: AsyncConnection) -> bool:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(await connection.scalar(waiting))


async def test_requests_in_flight_are_answered_and_published_when_the_process_is_told_to_stop(
    teller: Teller, broker: Broker, database: FreshDatabase, superuser: AsyncEngine
) -> None:
    account, listener = await teller.account("process"), await listen(broker)
    async with process_of(database, broker.url, "serve") as bank:
        ready = await until(bank.ready, within=30)
        assert ready.json()["checks"].keys() == {"database", "broker"}
        assert 'pool="order_reads"' in await bank.metrics()
        assert (await bank.deposit(account, 5)).json() == {"version": 2}
        await broker.put(payment_cancelled(account))
        await until(lambda: balance_is(teller, account, 1_005))
        async with superuser.connect() as holder:
            await holder.execute(text("SELECT 1 FROM accounts FOR UPDATE"))
            in_flight = asyncio.create_task(bank.deposit(account, 7))
            await until(lambda: waits_for_a_lock(holder))
            bank.process.terminate()
            await until(lambda: refuses(bank))
        assert (await in_flight).json() == {"version": 4}
        assert await bank.stop() < 10
    await hears(listener, account, 3)


async def refuses(bank: Process) -> bool:
    """It takes no new connection."""
    async with httpx.AsyncClient(base_url=bank.http.base_url, trust_env=False) as other:
        try:
            await other.get("/health/live")
        except httpx.TransportError:
            return True
    return False


async def balance_is(teller: Teller, account: UUID, expected: int) -> bool:
    return await teller.balance(account) == expected


async def test_parts_do_together_what_one_process_does_when_each_runs_alone(
    teller: Teller, broker: Broker, database: FreshDatabase
) -> None:
    account, listener = await teller.account("parts"), await listen(broker)
    async with (
        process_of(database, broker.url, "serve", "--only", "api") as api,
        process_of(database, broker.url, "serve", "--only", "consumer") as consumer,
        process_of(database, broker.url, "serve", "--only", "relay") as relay,
    ):
        ready = await until(api.ready, within=30)
        assert ready.json()["checks"].keys() == {"database"}
        await api.deposit(account, 5)
        await hears(listener, account, 1)
        await broker.put(payment_cancelled(account))
        await until(lambda: balance_is(teller, account, 1_005), within=20)
        await hears(listener, account, 2)
        for other in (consumer, relay):
            with pytest.raises(httpx.TransportError):
                await other.http.get("/health/live")
        assert max(await asyncio.gather(api.stop(), consumer.stop(), relay.stop())) < 10


async def test_process_ends_in_time_when_database_and_broker_leave_it_hanging(
    teller: Teller, database: FreshDatabase, superuser: AsyncEngine
) -> None:
    """The broker cannot be reached and the database holds a request up: the client is told, and that is the end."""
    account = await teller.account("hanging")
    async with process_of(database, NOWHERE, "serve") as bank:
        ready = await until(bank.ready, within=30)
        assert ready.json()["status"] == "degraded"
        assert (await bank.deposit(account, 5)).status_code == 200
        async with superuser.connect() as holder:
            await holder.execute(text("SELECT 1 FROM accounts FOR UPDATE"))
            in_flight = asyncio.create_task(bank.deposit(account, 7))
            await until(lambda: waits_for_a_lock(holder))
            assert await bank.stop() < 10
            assert (await in_flight).status_code == 503
    assert await teller.balance(account) == 5


async def test_process_migrates_its_database_when_asked(make_database: MakeDatabase) -> None:
    database = make_database("order")
    async with process_of(database, NOWHERE, "migrate") as bank:
        assert await bank.process.wait() == 0
    engine = open_engine(database.runtime_url, application="tests")
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM accounts")) == 0
    await engine.dispose()
