"""The short chaos suite: one round, and what it measured said aloud."""

from pathlib import Path

import pytest

# The round starts a stack, breaks it for a minute or two and proves the books; a crowded machine takes its time.
PATIENCE = 900


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was measured, passed or not."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        if "tests/chaos/" in report.nodeid:
            for name, value in getattr(report, "user_properties", ()):
                terminalreporter.write_line(f"    {name}: {value}")
