"""Servers for every suite that needs real ones: private, started once per session, gone afterwards."""

from collections.abc import Iterator

import pytest

from ops.stack.servers import Servers, stop_leftovers
from ops.stack.temporary import abandoned_homes, make_temporary_home, remove


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Three PostgreSQL servers, RabbitMQ and Redis on free ports in a temporary home. See `Servers`."""
    for home in abandoned_homes():
        stop_leftovers(home)
        remove(home)
    running = Servers(make_temporary_home())
    try:
        running.start_all()
        yield running
    finally:
        running.discard()
