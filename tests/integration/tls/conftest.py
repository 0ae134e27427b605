"""One broker, one database and one Redis with TLS listeners, all with one good certificate."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from shared.http.server import Certificate
from tests.integration.conftest import MakeDatabase
from tests.integration.tls.authority import HOST, Authority
from tests.integration.tls.listeners import (
    PASSWORD,
    Show,
    broker_with_tls,
    database_with_tls,
    redis_with_tls,
)


@dataclass(frozen=True)
class Doors:
    """Addresses over TLS, but for `host` and scheme as they should be."""

    broker: str
    management: str
    database: str
    cache: str


@pytest.fixture(scope="session")
def authority(servers: Servers) -> Authority:
    """Lives where PostgreSQL's account can read it."""
    return Authority.founded(servers.home.path / "authority")


@pytest.fixture(scope="session")
def stranger(servers: Servers) -> Authority:
    """Nobody here was vouched for by this one."""
    return Authority.founded(servers.home.path / "stranger")


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Certificate:
    return authority.certificate("good")


@pytest.fixture(scope="session")
def expired(authority: Authority) -> Certificate:
    return authority.certificate("expired", until=datetime.now(UTC) - timedelta(minutes=1))


@pytest.fixture(scope="session")
def broker_ports(
    servers: Servers, authority: Authority, certificate: Certificate
) -> Iterator[tuple[int, int]]:
    with broker_with_tls(servers, authority, certificate) as found:
        yield found


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase) -> FreshDatabase:
    return make_database("inventory")


@pytest.fixture(scope="module")
async def show(servers: Servers, database: FreshDatabase) -> AsyncIterator[Show]:
    async with database_with_tls(servers, database) as show:
        yield show


@pytest.fixture(scope="module")
async def doors(
    servers: Servers,
    authority: Authority,
    certificate: Certificate,
    broker_ports: tuple[int, int],
    database: FreshDatabase,
    show: Show,
) -> AsyncIterator[Doors]:
    await show(certificate)
    async with redis_with_tls(servers, authority, certificate) as redis:
        amqp, management = broker_ports
        plain = servers.site.rabbitmq_url.replace("amqp://", "amqps://").replace("127.0.0.1", HOST)
        yield Doors(
            broker=plain.replace(f":{servers.site.ports['rabbitmq']}/", f":{amqp}/"),
            management=f"https://{HOST}:{management}",
            database=database.runtime_url.replace("127.0.0.1", HOST) + "?sslmode=verify-full",
            cache=f"rediss://:{PASSWORD}@{HOST}:{redis}/0",
        )
