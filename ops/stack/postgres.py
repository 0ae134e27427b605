"""One PostgreSQL server: its data directory, its configuration, and how to tell that it serves."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from ops.stack.accounts import Account
from ops.stack.errors import StackError
from ops.stack.parts import Part
from ops.stack.site import Machine, Site
from ops.stack.sql import ServerRefused, connected, run_blocking

SERVERS = ("order_db", "payment_db", "inventory_db")


def part(site: Site, machine: Machine, server: str, data: Path) -> Part:
    """The server as a part. `prepare` has to have run."""
    return Part(
        name=server,
        command=(str(machine.programs.postgres / "postgres"), "-D", str(data)),
        directory=data,
        environment={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"},
        log=site.home.log(server),
        probe=lambda: probe(site.superuser_url(server)),
        account=machine.account,
        stop_signal=signal.SIGINT,
        stop_seconds=60,
        content=configuration(site, server),
    )


def prepare(site: Site, machine: Machine, server: str, directory: Path) -> None:
    """Makes the data directory unless a whole one is there, writes the configuration.

    A directory gets its final name only when `initdb` has finished: what a crash left half-made has another.
    """
    data, making = directory / server, directory / f"{server}.making"
    if not (data / "PG_VERSION").exists():
        for leftover in (data, making):
            shutil.rmtree(leftover, ignore_errors=True)
        initialise(machine, making, site.passwords["superuser"])
        making.rename(data)
    _write(data / "postgresql.conf", configuration(site, server), machine.account)
    _write(data / "pg_hba.conf", "host all all 127.0.0.1/32 scram-sha-256\n", machine.account)


def configuration(site: Site, server: str) -> str:
    """All that differs from the defaults; durability stays on."""
    return f"""\
listen_addresses = '127.0.0.1'
port = {site.ports[server]}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
cluster_name = 'eventflow {server}'
"""


def initialise(machine: Machine, making: Path, superuser_password: str) -> None:
    """`initdb` as PostgreSQL's account, with the superuser's password set from the first moment."""
    account = machine.account
    making.mkdir(mode=0o700)
    account.own(making)
    password_file = making.with_suffix(".password")
    _write(password_file, superuser_password + "\n", account)
    try:
        made = subprocess.run(
            [
                str(machine.programs.postgres / "initdb"),
                f"--pgdata={making}",
                "--no-locale",
                "--encoding=UTF8",
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
            ],
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            cwd=making,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        reason = made.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise StackError(
            f"initdb could not make {making.name}: {reason[0]}; correct that and run make up again."
        )


def major_of(directory: Path) -> int | None:
    """The major version that the databases in the directory were made with; None when there are none."""
    for server in SERVERS:
        stamp = directory / server / "PG_VERSION"
        if stamp.exists():
            return int(stamp.read_text())
    return None


def probe(url: str) -> str | None:
    """Logs in and asks for something: a port that answers is not yet a server that serves."""

    async def ask() -> None:
        async with connected(url) as connection:
            await connection.fetchval("SELECT 1")

    try:
        run_blocking(ask())
    except ServerRefused as refusal:
        return str(refusal) or type(refusal).__name__
    return None


def _write(path: Path, text: str, account: Account) -> None:
    if path.exists() and path.read_text() == text:
        return
    making = path.with_name(f".{path.name}.making")
    making.unlink(missing_ok=True)
    with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    account.own(making)
    making.replace(path)
