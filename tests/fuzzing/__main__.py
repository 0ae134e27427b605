"""`python -m tests.fuzzing [--examples N]`: everything that is fuzzed, and how much of it, into docs/security.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

SUITES = (
    "tests/unit/shared/identity/test_hostile_tokens.py",
    "tests/integration/gateway/test_fuzzed_sockets.py",
    "tests/integration/platform/test_fuzzed_messages.py",
    "tests/e2e/test_fuzzing.py",
)
PAGE = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- written by make fuzz, never by hand -->", "<!-- so far -->"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    parser.add_argument("--examples", type=int, default=200, help="per operation or property (200)")
    examples = parser.parse_args().examples
    with tempfile.TemporaryDirectory() as directory:
        tally = Path(directory) / "tally"
        tally.touch()
        environment = {**os.environ, "FUZZ_EXAMPLES": str(examples), "FUZZ_TALLY": str(tally)}
        outcome = subprocess.run([sys.executable, "-m", "pytest", *SUITES], env=environment, check=False)
        if outcome.returncode == 0:
            _write(_counted(tally.read_text()), examples)
    return outcome.returncode


def _counted(lines: str) -> Counter[str]:
    counted = Counter[str]()
    for line in lines.splitlines():
        entry = json.loads(line)
        counted[entry["what"]] += entry["count"]
    return counted


def _write(counted: Counter[str], examples: int) -> None:
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    table = [
        f"`make fuzz EXAMPLES={examples}`, {datetime.now(UTC):%Y-%m-%d}: nothing was found.",
        "",
        "| tried | times |",
        "|---|---|",
        *(f"| {what} | {count:,} |" for what, count in sorted(counted.items())),
    ]
    PAGE.write_text("\n".join([before + BEGIN, *table, END]) + after)


if __name__ == "__main__":
    sys.exit(main())
