"""The servers' packages: installed when we are root on Debian or Ubuntu, else asked for in one sentence.

Nothing of the machine's own is started, stopped or enabled by it.
"""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ops.stack.errors import PrerequisiteMissing
from ops.stack.home import CLONE
from ops.stack.programs import POSTGRES_OLDEST, find_postgres, find_rabbitmq, find_redis
from ops.stack.waiting import Say

DEBIAN_UNITS = {
    "postgresql": ("postgresql.service",),
    "rabbitmq-server": ("rabbitmq-server.service", "epmd.service", "epmd.socket"),
    "redis-server": ("redis-server.service",),
}
NEEDED = {
    "postgresql": f"PostgreSQL {POSTGRES_OLDEST} or later",
    "rabbitmq-server": "RabbitMQ 3.10 or later",
    "redis-server": "Redis",
}
HOMEBREW_NAMES = {"postgresql": "postgresql@17", "rabbitmq-server": "rabbitmq", "redis-server": "redis"}
POLICY = Path("/usr/sbin/policy-rc.d")
CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
MARK = "# set aside by eventflow while it installs packages\n"


def missing() -> list[str]:
    """The Debian names of what this machine lacks."""
    found = {
        "postgresql": find_postgres(),
        "rabbitmq-server": find_rabbitmq(),
        "redis-server": find_redis(),
    }
    return [package for package, program in found.items() if program is None]


def ensure(say: Say) -> None:
    """Returns when all servers' programs are there. PrerequisiteMissing tells what to do when we may not or cannot."""
    lacking = missing()
    if not lacking:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise PrerequisiteMissing(advice(lacking))
    say(f"installing {', '.join(lacking)} (as packages only; no system service is started or enabled)")
    install(lacking)
    if still := missing():
        wanted = " and ".join(NEEDED[package] for package in still)
        raise PrerequisiteMissing(
            f"This distribution does not offer {wanted}; install it from another source and run the command again."
        )


def advice(lacking: list[str]) -> str:
    """One sentence: what is missing and the line to paste."""
    wanted = " and ".join(NEEDED[package] for package in lacking)
    if shutil.which("apt-get"):
        line = f"sudo apt-get install --no-install-recommends {' '.join(lacking)}"
        return f"{wanted} must be installed first: {line}"
    if shutil.which("brew"):
        line = f"brew install {' '.join(HOMEBREW_NAMES[package] for package in lacking)}"
        return f"{wanted} must be installed first: {line}"
    if (CLONE / "docker-compose.yml").exists() and docker_answers():
        return f"{wanted} must be on PATH, or use the containers instead: docker compose up --detach --wait"
    return f"{wanted} must be installed so that initdb, rabbitmq-server and redis-server are on PATH."


def docker_answers() -> bool:
    """Whether a Docker engine, not just its client, is there."""
    if not (docker := shutil.which("docker")):
        return False
    return subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0


def install(lacking: list[str]) -> None:
    """Installs Debian packages; PrerequisiteMissing with apt's last line when that fails."""
    with ExitStack() as until_installed:
        until_installed.enter_context(set_aside(POLICY, f"#!/bin/sh\n{MARK}exit 101\n", 0o755))
        _apt("update")
        if "postgresql" in lacking:
            _apt("install", "postgresql-common")
            until_installed.enter_context(
                set_aside(CREATE_CLUSTER, f"{MARK}create_main_cluster = false\n", 0o644)
            )
        _apt("install", *lacking)
    for package in lacking:
        if package in DEBIAN_UNITS:
            _leave_disabled(package)


def _leave_disabled(package: str) -> None:
    """Takes the package's daemons out of the machine's start again, for systemd and for its predecessor."""
    for command in (
        ["deb-systemd-helper", "disable", *DEBIAN_UNITS[package]],
        ["update-rc.d", package, "disable"],
    ):
        if program := shutil.which(command[0]):
            # The helper serves packages alone, so it has to be told of one.
            environment = {**os.environ, "DPKG_MAINTSCRIPT_PACKAGE": package}
            subprocess.run([program, *command[1:]], env=environment, capture_output=True, check=False)


def _apt(*arguments: str) -> None:
    command = [
        "apt-get",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        "-o",
        "Dpkg::Options::=--force-confold",
    ]
    ended = subprocess.run(
        [*command, *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PrerequisiteMissing(
            f"apt-get {' '.join(arguments)} failed: {last}; correct that and try again."
        )


@contextmanager
def set_aside(path: Path, text: str, mode: int) -> Generator[None, None, None]:
    """Puts our text in the file's place for a while. Killed in between, the next time puts the file back."""
    original = path.with_name(f"{path.name}.before-eventflow")
    if path.exists() and MARK not in path.read_text():
        path.rename(original)
    path.write_text(text)
    path.chmod(mode)
    try:
        yield
    finally:
        path.unlink()
        if original.exists():
            original.rename(path)
