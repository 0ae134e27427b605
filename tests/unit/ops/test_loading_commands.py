"""Commands are named before they are loaded: what the table says of each is what it says of itself."""

import subprocess
import sys

import pytest

from ops.cli import COMMANDS, load
from ops.stack.home import CLONE

# Each takes a fifth of a second or more of a CPU to import.
HEAVY = ("sqlalchemy", "httpx", "aio_pika", "fastapi", "ops.histories", "ops.stack.lifecycle")
_HELP = f"""
import sys
from ops.cli import app
try:
    app(["--help"], prog_name="eventflow")
finally:
    loaded = [name for name in {HEAVY} if name in sys.modules]
    assert not loaded, loaded
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_sentence_is_that_of_the_command_when_it_is_only_named(name: str) -> None:
    first, *_ = load(name).help.split("\n\n")
    assert " ".join(first.split()) == COMMANDS[name][1]


def test_no_command_is_loaded_when_help_is_asked_for() -> None:
    shown = subprocess.run(
        (sys.executable, "-c", _HELP), cwd=CLONE, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    assert [name for name in COMMANDS if f" {name} " not in shown.stdout] == []
