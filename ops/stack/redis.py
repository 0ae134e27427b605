"""Redis: rate limits, a read cache and the frontend's sessions. Nothing in it has to survive a restart.

Its default user is off. The services' user has the two kinds of keys that they keep, the commands that they and the
scripts of the rate limits use, and nothing that concerns the server or anybody else's keys; the frontend's user has
its sessions in the same way.
"""

import hashlib
import os
import socket

from ops.stack.home import write_whole
from ops.stack.parts import Part
from ops.stack.site import FRONTEND, HOST, REDIS_USER, Machine, Site

RIGHTS = (
    "resetkeys ~products:* ~limits:* resetchannels -@all +@connection -@admin -@dangerous +eval +evalsha +script|load "
    "+get +mget +set +del +pttl +incrby +expire"
)
FRONTEND_RIGHTS = (
    "resetkeys ~session:* resetchannels -@all +@connection -@admin -@dangerous +get +set +getdel +del +expire"
)


def part(site: Site, machine: Machine) -> Part:
    """The server as a part. `prepare` has to have run."""
    directory = site.home.path / "redis"
    return Part(
        name="redis",
        command=(str(machine.programs.redis), str(directory / "redis.conf")),
        directory=directory,
        environment={"PATH": os.defpath, "LANG": "C.UTF-8"},
        log=site.home.log("redis"),
        probe=lambda: probe(site.ports["redis"], site.passwords["redis"]),
        content=configuration(site),
    )


def prepare(site: Site) -> None:
    """Writes the configuration."""
    directory = site.home.path / "redis"
    directory.mkdir(exist_ok=True)
    write_whole(directory / "redis.conf", configuration(site), mode=0o600)


def configuration(site: Site) -> str:
    return f"""\
bind {HOST}
port {site.ports["redis"]}
user default off
user {REDIS_USER} on #{_hashed(site.passwords["redis"])} {RIGHTS}
user {FRONTEND} on #{_hashed(site.passwords["redis_frontend"])} {FRONTEND_RIGHTS}
daemonize no
save ""
appendonly no
dir "{site.home.path / "redis"}"
"""


def _hashed(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def probe(port: int, password: str) -> str | None:
    """Logs in and pings."""
    try:
        with socket.create_connection((HOST, port), timeout=3) as connection:
            connection.sendall(f"AUTH {REDIS_USER} {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (more := connection.recv(256)):
                answer += more
    except OSError as refusal:
        return str(refusal)
    return None if answer == b"+OK\r\n+PONG\r\n" else answer.decode(errors="replace").strip() or "no answer"
