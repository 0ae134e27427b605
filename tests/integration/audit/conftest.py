"""The books of a shop that was open for a while and is closed now; each test gets copies of them to tamper with."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from inventory_service.main import SERVICE as INVENTORY
from ops.audit.broker import look_at_broker
from ops.stack.home import CLONE
from ops.stack.isolation import FreshDatabase, drop, drop_isolated, fresh_database
from ops.stack.isolation import isolated as isolated_site
from ops.stack.servers import Servers
from ops.stack.site import ISSUER, SERVICES, Site, package_of
from order_service.main import SERVICE as ORDER
from payment_service.main import SERVICE as PAYMENT
from shared.database.migrations import upgrade
from shared.messaging.topology import SUBSCRIPTIONS
from tests.e2e.load import Load
from tests.e2e.reporting import tell_figures
from tests.e2e.shop import Shop
from tests.e2e.waiting import NotYet, until

ORDERS_PLACED = 120


@dataclass(frozen=True)
class Books:
    """What is left of the shop: where it lies, and some of its orders by what became of them."""

    site: Site
    confirmed: Sequence[str]
    refunded: Sequence[str]


@pytest.fixture(scope="session")
async def books(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Books]:
    site = isolated_site(servers.site)
    for service in (ORDER, PAYMENT, INVENTORY):
        owners = site.migration_environment(service.name)
        for variable, scripts in service.migrations.items():
            await asyncio.to_thread(upgrade, scripts, owners[variable])
    processes = open_shop(site, tmp_path_factory.mktemp("shop"))
    try:
        async with Shop(site) as shop:
            await until("the shop is open", lambda: _ready(shop), within=60)
            yield await _trade(shop, lambda: close_shop(processes))
    finally:
        close_shop(processes)
        drop_isolated(servers.site, site)


@pytest.fixture
def copy(books: Books) -> Iterator[Callable[..., Site]]:
    """`copy("order", "payment")`: the books with these databases replaced by copies that are the test's own."""
    made: list[FreshDatabase] = []

    def make(*services: str) -> Site:
        copied = {
            service: fresh_database(books.site, service, books.site.databases[service])
            for service in services
        }
        made.extend(copied.values())
        own = {service: database.name for service, database in copied.items()}
        return replace(books.site, databases={**books.site.databases, **own})

    yield make
    for database in made:
        drop(books.site, database)


def open_shop(site: Site, logs: Path) -> list[subprocess.Popen[bytes]]:
    started: list[subprocess.Popen[bytes]] = []
    for service in (ISSUER, *SERVICES):
        with (logs / f"{service}.log").open("wb") as log:
            command = (sys.executable, "-m", f"{package_of(service)}.main", "serve")
            environment = {**site.environment(service), "PATH": os.environ["PATH"]}
            started.append(subprocess.Popen(command, cwd=CLONE, env=environment, stdout=log, stderr=log))
    return started


def close_shop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(timeout=30)
    processes.clear()


async def _ready(shop: Shop) -> None:
    for client in shop.clients.values():
        try:
            answer = await client.get("/health/ready")
        except httpx.TransportError as error:
            raise NotYet(str(error)) from error
        if answer.json()["status"] != "ready":
            raise NotYet(answer.text)


async def _trade(shop: Shop, close: Callable[[], None]) -> Books:
    load = Load(shop, ORDERS_PLACED, seed=7)
    await load.stock_up()
    await load.place_all()
    found = await load.ended(within=90)
    await load.ship_some(found)
    confirmed = [order_id for order_id, order in found.items() if order["status"] == "CONFIRMED"]
    payment = await shop.payment(confirmed[0])
    refund = {"amount": 100, "reason": "a scratch"}
    answer = await shop.payments.post(f"/payments/{payment['id']}/refunds", json=refund)
    assert answer.status_code == 201, answer.text
    await shop.reaches(confirmed[0], payment_status="COMPLETED")
    orders = await load.ended(within=90)
    await until("everything was heard", lambda: _quiet(shop.site), within=90, every=1)
    await asyncio.to_thread(close)
    return Books(
        shop.site,
        [one["id"] for one in orders.values() if one["status"] == "CONFIRMED"],
        [one["id"] for one in orders.values() if one["payment_status"] == "REFUNDED"],
    )


async def _quiet(site: Site) -> None:
    broker = await look_at_broker(site)
    names = [name for each in SUBSCRIPTIONS.values() for name in each.queues]
    if waiting := [name for name in names if not broker.is_empty(name)]:
        raise NotYet(f"{waiting}: {[broker.messages.get(name) for name in waiting]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how long the audit of a long history took."""
    tell_figures(terminalreporter, "tests/integration/audit")
