"""Homes for tests: in the system's temporary directory, and gone afterwards even when their owner was killed."""

import json
import os
import tempfile
from pathlib import Path

from ops.stack.home import Home, write_whole
from ops.stack.lifecycle import Stack
from ops.stack.processes import ProcessRecord

PREFIX = "eventflow-test-"


def make_temporary_home() -> Home:
    """A new, empty home that belongs to this process. PostgreSQL's account can reach it, also when we are root.

    What earlier owners left behind when they were killed is ended and removed first.
    """
    for home in abandoned_homes():
        Stack(home).discard()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    directory.chmod(0o755)
    owner = ProcessRecord.of(os.getpid())
    write_whole(directory / "owner.json", json.dumps([owner.pid, owner.started]))
    return Home.at(directory)


def abandoned_homes() -> list[Home]:
    """Temporary homes whose owner has ended without removing them."""
    found: list[Home] = []
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = directory / "owner.json"
        if owner.exists():
            pid, started = json.loads(owner.read_text())
            if not ProcessRecord(pid, started).alive():
                found.append(Home.at(directory))
    return found
