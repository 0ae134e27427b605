"""A whole stack of its own, under its supervisor, for all tests of a session; and clients for it."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.temporary import make_temporary_home
from tests.e2e.reporting import add_last_lines, tell_figures
from tests.e2e.shop import Shop

# The first test waits for the whole stack, and a part alone may take three minutes on a slow machine.
PATIENCE = 400
# Some tests ask everything without a token, or with a bad one, and all of them from one address.
PLENTY = "1000000/minute"
# The first looks at what all others have left; the second forges events, which the audit rightly reports; the third
# looks at what all of them have had logged.
LAST = ("test_books_in_the_end.py", "test_contract_breaches.py", "test_secrets_in_the_end.py")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Every part of EventFlow on free ports in a temporary home. See `ops.stack.lifecycle`."""
    with pytest.MonkeyPatch.context() as shell:
        for name in ("RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_REFUSED"):
            shell.setenv(name, PLENTY)
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LAST.index(item.path.name) + 1 if item.path.name in LAST else 0)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds what the services logged last to the report of a failure: their logs go with the stack."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack):
        add_last_lines(report, stack, (name for names in PROCESSES.values() for name in names))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what the loads have measured, passed or not."""
    tell_figures(terminalreporter, "tests/e2e")
