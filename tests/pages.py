"""What the pages have in common that suites write about their runs."""

import os
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from ops.stack.home import CLONE

GIBIBYTE = 2**30


def machine() -> str:
    return f"{os.cpu_count()} cores of {_processor()}, {psutil.virtual_memory().total / GIBIBYTE:.0f} GiB of memory"


def commit() -> str:
    """What was run, with `-dirty` when it was not all committed; "unknown" where there is no git."""
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        told = subprocess.run(asked, cwd=CLONE, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return told.stdout.strip() or "unknown"


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def counted(counts: Counter[str]) -> list[tuple[str, str]]:
    return [(name, str(count)) for name, count in sorted(counts.items())]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table in Markdown, and an empty one."""
    yield _row(headings)
    yield f"|{'---|' * len(headings)}"
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _processor() -> str:
    """Its model, where Linux tells."""
    models = Path("/proc/cpuinfo")
    lines = models.read_text().splitlines() if models.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
