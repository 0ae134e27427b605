"""Fingerprints of files: what has changed since a part was started?"""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from ops.stack.home import CLONE, Home, write_whole

SOURCES = (".py", ".sql", ".json", ".mako", ".ini", ".csv")


def of_files(directories: Iterable[Path], files: Iterable[Path] = ()) -> str:
    """Changes with the name or content of any source file below the directories, and of the files."""
    digest = hashlib.sha256()
    found = {path for directory in directories for path in directory.rglob("*") if path.suffix in SOURCES}
    for path in sorted(found | set(files)):
        digest.update(f"{path}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def of_package(package: str, clone: Path = CLONE) -> str:
    """Changes with a service's code and migrations, the platform below it, the requirements and the Python."""
    code = of_files(
        [clone / "shared", clone / package],
        [clone / "requirements" / "dev.txt"],
    )
    return hashlib.sha256(f"{code} {sys.version}".encode()).hexdigest()


class Stamps:
    """What was done for a home, by name, as it was when it was done."""

    def __init__(self, home: Home) -> None:
        self._file = home.path / "stamps.json"
        self._stamps: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def matches(self, name: str, fingerprint: str) -> bool:
        return self._stamps.get(name) == fingerprint

    def write(self, name: str, fingerprint: str) -> None:
        self._stamps[name] = fingerprint
        write_whole(self._file, json.dumps(self._stamps, indent=2) + "\n")
