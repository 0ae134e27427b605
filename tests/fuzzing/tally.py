"""What the fuzzing tests have tried: with FUZZ_TALLY set, each adds a line to that file."""

import json
import os
from pathlib import Path

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))


def tried(what: str, count: int) -> None:
    """So many were tried of `what`, and nothing was found."""
    if (file := os.environ.get("FUZZ_TALLY")) is not None:
        with Path(file).open("a") as tally:
            tally.write(json.dumps({"what": what, "count": count}) + "\n")
