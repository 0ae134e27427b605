"""Redis: rate limits, a read cache and browser sessions. Nothing in it has to survive a restart."""

import os
import socket

from ops.stack.home import write_whole
from ops.stack.parts import Part
from ops.stack.site import HOST, Machine, Site


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
    """Writes the configuration, which holds the password."""
    directory = site.home.path / "redis"
    directory.mkdir(exist_ok=True)
    write_whole(directory / "redis.conf", configuration(site), mode=0o600)


def configuration(site: Site) -> str:
    return f"""\
bind {HOST}
port {site.ports["redis"]}
requirepass {site.passwords["redis"]}
daemonize no
save ""
appendonly no
dir "{site.home.path / "redis"}"
"""


def probe(port: int, password: str) -> str | None:
    """Logs in and pings."""
    try:
        with socket.create_connection((HOST, port), timeout=3) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (more := connection.recv(256)):
                answer += more
    except OSError as refusal:
        return str(refusal)
    return None if answer == b"+OK\r\n+PONG\r\n" else answer.decode(errors="replace").strip() or "no answer"
