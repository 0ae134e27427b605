"""What the services log of simulated trouble is nobody's news, here as in the processes of a campaign."""

from collections.abc import Generator

import pytest
import structlog

from tests.simulation.campaign import silence


@pytest.fixture(autouse=True)
def silent() -> Generator[None]:
    before = structlog.get_config()
    silence()
    yield
    structlog.configure(**before)
