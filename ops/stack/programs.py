"""Where the servers' programs are on this machine."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.stack.errors import PrerequisiteMissing

POSTGRES_OLDEST = 15
RABBITMQ_OLDEST = (3, 10)
NODE_OLDEST = (20, 9)
HOMEBREW = (Path("/opt/homebrew"), Path("/usr/local"))


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs found. `postgres` is a directory with `initdb` and `postgres`; the others are files."""

    postgres: Path
    postgres_major: int
    rabbitmq: Path
    rabbitmq_version: str
    redis: Path


@dataclass(frozen=True, slots=True)
class Node:
    """Node and the npm that belongs to it."""

    program: Path
    npm: Path
    version: tuple[int, ...]

    @property
    def path(self) -> str:
        """A PATH on which npm and what it runs find this Node."""
        return f"{self.program.parent}:{os.defpath}"


def find_all(postgres_major: int | None = None) -> Programs:
    """Every program the stack needs. PrerequisiteMissing names those that are not there.

    `postgres_major` asks for that major version of PostgreSQL: a data directory opens with no other.
    """
    postgres, rabbitmq, redis = find_postgres(postgres_major), find_rabbitmq(), find_redis()
    missing = [
        name
        for name, found in (
            (f"PostgreSQL {postgres_major or f'{POSTGRES_OLDEST} or later'}", postgres),
            ("RabbitMQ 3.10 or later", rabbitmq),
            ("Redis", redis),
        )
        if found is None
    ]
    if postgres is None or rabbitmq is None or redis is None:
        raise PrerequisiteMissing(f"{', '.join(missing)}: not found on this machine; install it.")
    return Programs(postgres[0], postgres[1], rabbitmq[0], rabbitmq[1], redis)


def find_postgres(major: int | None = None) -> tuple[Path, int] | None:
    """The directory of the highest PostgreSQL that serves, and its major version."""
    directories = [*Path("/usr/lib/postgresql").glob("*/bin")]
    directories += [path for brew in HOMEBREW for path in brew.glob("opt/postgresql@*/bin")]
    if on_path := shutil.which("postgres"):
        directories.append(Path(on_path).resolve().parent)
    found: list[tuple[int, Path]] = []
    for directory in directories:
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            version = _version_of(directory / "postgres", "--version")
            if version and version[0] >= POSTGRES_OLDEST and major in (None, version[0]):
                found.append((version[0], directory))
    if not found:
        return None
    highest = max(found)
    return highest[1], highest[0]


def find_rabbitmq() -> tuple[Path, str] | None:
    """RabbitMQ's own `rabbitmq-server` (Debian's wrapper on PATH refuses most accounts) and its version."""
    candidates = [Path("/usr/lib/rabbitmq/bin/rabbitmq-server")]
    candidates += [brew / "opt/rabbitmq/sbin/rabbitmq-server" for brew in HOMEBREW]
    if on_path := shutil.which("rabbitmq-server"):
        candidates.append(Path(on_path))
    for candidate in candidates:
        if candidate.exists() and (version := rabbitmq_version(candidate)):
            numbers = tuple(int(part) for part in version.split(".")[:2])
            if numbers >= RABBITMQ_OLDEST:
                return candidate, version
    return None


def rabbitmq_version(server: Path) -> str | None:
    """Read from the plugins beside the program: asking the program itself takes seconds."""
    plugins = server.resolve().parent.parent / "plugins"
    for plugin in sorted(plugins.glob("rabbit-*")):
        if found := re.fullmatch(r"rabbit-(\d+\.\d+\.\d+).*", plugin.name):
            return found[1]
    return None


def find_redis() -> Path | None:
    """`redis-server`, or its fork `valkey-server`."""
    for name in ("redis-server", "valkey-server"):
        places = [shutil.which(name), *(str(brew / "bin" / name) for brew in HOMEBREW)]
        for place in places:
            if place and Path(place).exists():
                return Path(place)
    return None


def find_node() -> Node:
    """Node with npm, which only the frontend needs. PrerequisiteMissing tells what is not there."""
    oldest = ".".join(map(str, NODE_OLDEST))
    places = [shutil.which("node"), *(str(brew / "bin" / "node") for brew in HOMEBREW)]
    program = next((Path(place) for place in places if place and Path(place).exists()), None)
    if program is None:
        raise PrerequisiteMissing(f"Node {oldest} or later is not installed")
    version = _version_of(program, "--version")
    if version is None or version < NODE_OLDEST:
        found = ".".join(map(str, version)) if version else "broken"
        raise PrerequisiteMissing(f"Node is {found}, and {oldest} or later is needed")
    beside = program.parent / "npm"
    npm = str(beside) if beside.exists() else shutil.which("npm")
    if npm is None:
        raise PrerequisiteMissing("npm is not installed")
    return Node(program, Path(npm), version)


def _version_of(program: Path, flag: str) -> tuple[int, ...] | None:
    said = subprocess.run([str(program), flag], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in found.groups(default="0")) if found else None
