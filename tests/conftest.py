"""Servers for every suite that needs real ones: private, started once per session, gone afterwards."""

from collections.abc import Iterator

import pytest

from ops.stack.servers import Servers
from ops.stack.temporary import make_temporary_home


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Three PostgreSQL servers, RabbitMQ and Redis on free ports in a temporary home. See `Servers`."""
    running = Servers(make_temporary_home())
    try:
        running.start_all()
        yield running
    finally:
        running.discard()
