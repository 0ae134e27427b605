"""A whole stack of its own, under its supervisor, for all tests of a session; and clients for it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from ops.stack.lifecycle import Stack
from ops.stack.temporary import make_temporary_home
from tests.e2e.shop import Shop


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Every part of EventFlow on free ports in a temporary home. See `ops.stack.lifecycle`."""
    running = Stack(make_temporary_home(), prefer_usual_ports=False)
    try:
        running.up()
        yield running
    finally:
        running.discard()


@pytest.fixture(scope="session")
async def shop(stack: Stack) -> AsyncIterator[Shop]:
    async with Shop(stack.site()) as shop:
        yield shop


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what the loads have measured, passed or not."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        if figures := getattr(report, "user_properties", ()):
            terminalreporter.write_line(report.nodeid)
            for name, value in figures:
                terminalreporter.write_line(f"    {name}: {value}")
