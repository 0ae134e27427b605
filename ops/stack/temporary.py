"""Homes for tests: in the system's temporary directory, and gone afterwards even when their owner was killed."""

import json
import shutil
import tempfile
from pathlib import Path

from ops.stack.accounts import system_data
from ops.stack.home import Home, write_whole
from ops.stack.processes import ProcessRecord, current

PREFIX = "eventflow-test-"


def make_temporary_home() -> Home:
    """A new, empty home that belongs to this process. PostgreSQL's account can reach it, also when we are root."""
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    directory.chmod(0o755)
    owner = current()
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


def remove(home: Home) -> None:
    """Removes all files of a home on which nothing runs any more."""
    for directory in (home.path, system_data(home)):
        if directory.exists():
            shutil.rmtree(directory)
