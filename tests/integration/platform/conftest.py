"""A migrated bank for every module, and what handles its commands: everything runs as the runtime role."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase, drop, fresh_database
from ops.stack.servers import Servers
from shared.database.engine import open_engine
from shared.database.migrations import upgrade
from shared.runtime.handling import Handler
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.bank import MODEL
from tests.integration.platform.broker import Broker, linked
from tests.integration.platform.teller import Teller

MIGRATIONS = str(Path(__file__).parent / "migrations")


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Faults are what these tests are about; painting each traceback would take longer than the test."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def template(servers: Servers) -> Iterator[str]:
    """The name of a migrated, empty database to clone."""
    made = fresh_database(servers.site, "order")
    upgrade(MIGRATIONS, made.owner_url)
    yield made.name
    drop(servers.site, made)


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase, template: str) -> FreshDatabase:
    """A bank of this module's own."""
    return make_database("order", template)


@pytest.fixture
async def engine(database: FreshDatabase) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database.runtime_url, application="tests", pool_size=20)
    yield engine
    await engine.dispose()


@pytest.fixture
def handler(engine: AsyncEngine) -> Handler:
    return Handler(engine, MODEL)


@pytest.fixture
async def other(database: FreshDatabase) -> AsyncIterator[Handler]:
    """A second handler of the same bank, as in another process: with connections of its own."""
    engine = open_engine(database.runtime_url, application="tests")
    yield Handler(engine, MODEL)
    await engine.dispose()


@pytest.fixture
def teller(handler: Handler, engine: AsyncEngine) -> Teller:
    return Teller(handler, engine)


@pytest.fixture(scope="module")
async def link(virtual_host: str) -> AsyncIterator[Broker]:
    async with linked(virtual_host) as broker:
        yield broker


@pytest.fixture
async def broker(link: Broker) -> AsyncIterator[Broker]:
    """The broker, whose queues are empty again afterwards."""
    yield link
    await link.empty()
