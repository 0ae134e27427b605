"""What the fuzzing tests have tried: with FUZZ_TALLY set, each adds a line to that file."""

import json
import os
from pathlib import Path

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
# One server for all examples of a test, each with many sessions or messages.
ON_REAL_SERVERS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.large_base_example,
    ],
)


def tried(what: str, count: int) -> None:
    """So many were tried of `what`, and nothing was found."""
    if (file := os.environ.get("FUZZ_TALLY")) is not None:
        with Path(file).open("a") as tally:
            tally.write(json.dumps({"what": what, "count": count}) + "\n")
