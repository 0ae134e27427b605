"""Isolation on shared servers: every test module has its own databases and its own virtual host."""

from collections.abc import Callable, Iterator

import pytest

from ops.stack.isolation import (
    FreshDatabase,
    drop,
    drop_isolated,
    drop_virtual_host,
    fresh_database,
    fresh_virtual_host,
)
from ops.stack.isolation import isolated as isolated_site
from ops.stack.servers import Servers
from ops.stack.site import Site

MakeDatabase = Callable[..., FreshDatabase]


@pytest.fixture(scope="module")
def make_database(servers: Servers) -> Iterator[MakeDatabase]:
    """`make_database("order")` or `make_database("order", template=name)`; dropped when the module has ended."""
    made: list[FreshDatabase] = []

    def make(service: str, template: str | None = None) -> FreshDatabase:
        made.append(fresh_database(servers.site, service, template))
        return made[-1]

    yield make
    for database in made:
        drop(servers.site, database)


@pytest.fixture(scope="module")
def virtual_host(servers: Servers) -> Iterator[str]:
    """The `RABBITMQ_URL` of an empty virtual host that this module has for itself."""
    url = fresh_virtual_host(servers.site)
    yield url
    drop_virtual_host(servers.site, url)


@pytest.fixture(scope="module")
def isolated(servers: Servers) -> Iterator[Site]:
    """A site with fresh databases for all services and a fresh virtual host: `isolated.environment("order")`."""
    site = isolated_site(servers.site)
    yield site
    drop_isolated(servers.site, site)
