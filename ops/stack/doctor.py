"""Looks for everything that could keep the stack from working, and says for each what to do."""

import os
import resource
import shutil
import stat
import sys
from collections.abc import Iterator

from ops.stack import frontend_build, packages, status
from ops.stack.accounts import databases_directory, postgres_account
from ops.stack.errors import PrerequisiteMissing, StackError
from ops.stack.home import CLONE, Home
from ops.stack.passwords import ROLES
from ops.stack.postgres import probe as database_problem
from ops.stack.rabbitmq import management
from ops.stack.site import SERVER_OF, Site

FREE_BYTES_WANTED = 1_000_000_000
DESCRIPTORS_WANTED = 4096


def examine(home: Home) -> list[str]:
    """One sentence per problem, with what to do; empty when all is well."""
    problems = [*_of_python(), *_of_node(), *_of_machine(home), *_of_secrets(home)]
    try:
        found = status.look(home)
    except StackError as error:
        return [*problems, str(error)]
    if found.site is None or all(part.state == status.STOPPED for part in found.parts.values()):
        return [*problems, "The stack is not up; run make up."]
    for name, part in found.parts.items():
        if part.state != status.READY:
            because = f": {part.reason}" if part.reason else ""
            problems.append(f"{name} is {part.state}{because}; see ./eventflow logs {name}.")
    if found.parts["rabbitmq"].state == status.READY:
        problems += _of_broker(found.site)
    serving = {name for name, part in found.parts.items() if part.state == status.READY}
    return [*problems, *_of_logins(found.site, serving)]


def _of_python() -> Iterator[str]:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield f"Python {sys.version.split()[0]} runs this; install Python 3.11, 3.12 or 3.13, remove .venv and run make up."
    wanted, installed = CLONE / "requirements" / "dev.txt", CLONE / ".venv" / ".installed"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        yield "The packages in .venv are not those of requirements/dev.txt; run make up, which installs them."


def _of_node() -> Iterator[str]:
    try:
        frontend_build.require_node()
    except PrerequisiteMissing as missing:
        yield f"The frontend is left out: {missing}; correct that and run make up."


def _of_machine(home: Home) -> Iterator[str]:
    if lacking := packages.missing():
        yield packages.advice(lacking)
    try:
        account = postgres_account()
    except StackError as error:
        yield str(error)
    else:
        directory = databases_directory(home, account)
        existing = next(path for path in (directory, *directory.parents) if path.exists())
        free = shutil.disk_usage(existing).free
        if free < FREE_BYTES_WANTED:
            yield f"Only {free // 1_000_000} MB are free where the databases live ({existing}); make room for 1 GB."
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if descriptors < DESCRIPTORS_WANTED:
        yield f"A process may open only {descriptors} files; raise the limit to {DESCRIPTORS_WANTED} (ulimit -Hn)."
    if not os.access(next(path for path in (home.path, *home.path.parents) if path.exists()), os.W_OK):
        yield f"{home.path} cannot be written to; change its owner or set EVENTFLOW_HOME to another directory."


def _of_secrets(home: Home) -> Iterator[str]:
    if home.passwords_file.exists():
        mode = stat.S_IMODE(home.passwords_file.stat().st_mode)
        if mode != 0o600:
            yield f"Others can read {home.passwords_file} (mode {mode:o}); run chmod 600 on it."


def _of_broker(site: Site) -> Iterator[str]:
    with management(site) as broker:
        alarms = broker.get("/api/health/checks/alarms")
    if alarms.status_code != 200:
        yield "RabbitMQ has raised an alarm and takes no messages: memory or disk is short; make room for it."


def _of_logins(site: Site, serving: set[str]) -> Iterator[str]:
    for name, server in SERVER_OF.items():
        if server not in serving:
            continue
        for role in ROLES:
            if problem := database_problem(site.database_url(name, role)):
                yield f"The role {name}_{role} cannot log in to {name}_db: {problem}; run make up, which sets it right."
