"""What a suite on a whole stack says besides passed and failed."""

from collections.abc import Iterator

import pytest

from ops.stack.lifecycle import Stack

LAST_LINES = 20


def add_last_lines(report: pytest.TestReport, stack: Stack, parts: Iterator[str]) -> None:
    """What the parts logged last goes into the report of a failure: their logs go with the stack."""
    for name in parts:
        log = stack.home.log(name)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        report.sections.append((f"log of {name}", "\n".join(line[:1_000] for line in lines[-LAST_LINES:])))


def tell_figures(reporter: pytest.TerminalReporter, folder: str) -> None:
    """What the tests of one folder have measured, passed or not."""
    for report in (*reporter.getreports("passed"), *reporter.getreports("failed")):
        figures = getattr(report, "user_properties", ())
        if figures and report.nodeid.startswith(f"{folder}/"):
            reporter.write_line(report.nodeid)
            for name, value in figures:
                reporter.write_line(f"    {name}: {value}")
