"""What the services log of simulated trouble is nobody's news, here as in the processes of a campaign."""

from collections.abc import Generator

import pytest
import structlog

from tests.simulation.campaign import silence

SHOWN = "shown at the end"
"""A property of a test that passes: a line for people to read."""


@pytest.fixture(autouse=True)
def silent() -> Generator[None]:
    before = structlog.get_config()
    silence()
    yield
    structlog.configure(**before)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        str(line)
        for report in terminalreporter.getreports("passed")
        for name, line in report.user_properties
        if name == SHOWN
    ]
    if lines:
        terminalreporter.section("simulation")
        terminalreporter.write_line("\n".join(lines))
