"""The bare pipeline as a subject: the processes of `tests/load/floor` on the stack's servers, in databases of its own."""

import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import httpx

from ops.bench.subject import Subject
from ops.stack import ports
from ops.stack.errors import PartFailed
from ops.stack.home import CLONE
from ops.stack.isolation import drop, drop_virtual_host, fresh_database, fresh_virtual_host
from ops.stack.lifecycle import Stack
from ops.stack.preparation import SERVERS
from ops.stack.processes import ProcessRecord
from ops.stack.site import HOST, SERVICES, Site, process_environment

MODULE = "tests.load.floor"
# As EventFlow has them: two that take orders, and in each database one that publishes.
PROCESSES = {
    "floor-order-1": ("order", "--relay"),
    "floor-order-2": ("order",),
    "floor-payment": ("payment", "--relay"),
    "floor-inventory": ("inventory", "--relay"),
}
PATIENCE = 60.0


@contextmanager
def floor(stack: Stack, bodies: Sequence[str]) -> Generator[Subject]:
    """Runs inside the block. PartFailed when one of its processes does not."""
    site = stack.site()
    with ExitStack() as opened:
        databases = {service: fresh_database(site, service) for service in SERVICES}
        for database in databases.values():
            opened.callback(drop, site, database)
        broker_url = fresh_virtual_host(site)
        opened.callback(drop_virtual_host, site, broker_url)
        chosen = ports.choose(["order"], prefer_usual=False)
        chosen.release()
        environments = {
            service: process_environment()
            | {
                "FLOOR_DATABASE_URL": databases[service].owner_url,
                "RABBITMQ_URL": broker_url,
                "FLOOR_PORT": str(chosen.ports["order"]),
            }
            for service in SERVICES
        }
        for environment in environments.values():
            _prepare(site, environment)
        processes = {
            name: opened.enter_context(_running(site, name, arguments, environments[arguments[0]]))
            for name, arguments in PROCESSES.items()
        }
        _wait_for(chosen.ports["order"], bodies[0])
        servers = {
            name: ProcessRecord.of(state.pid)
            for name, state in stack.states().items()
            if name in SERVERS and state.pid is not None
        }
        yield Subject(
            name="the bare pipeline",
            port=chosen.ports["order"],
            bodies=bodies,
            token="of nobody",
            events_url=databases["order"].owner_url,
            rabbitmq_url=broker_url,
            queues=[f"floor_{service}" for service in SERVICES],
            processes={**servers, **processes},
        )


def _prepare(site: Site, environment: Mapping[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", MODULE, "prepare"],
        cwd=CLONE,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise PartFailed("The bare pipeline could not be prepared.", ended.stderr.splitlines()[-20:])


@contextmanager
def _running(
    site: Site, name: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> Generator[ProcessRecord]:
    with site.home.log(name).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *arguments],
            cwd=CLONE,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield ProcessRecord.of(process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, body: str) -> None:
    """Returns when orders are taken; what comes after catches up."""
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(base_url=f"http://{HOST}:{port}", timeout=5, trust_env=False) as client:
        while not _takes_orders(client, body):
            if time.monotonic() > deadline:
                raise PartFailed("The bare pipeline takes no orders.")
            time.sleep(0.1)


def _takes_orders(client: httpx.Client, body: str) -> bool:
    try:
        return client.post("/orders", content=body, headers={"Content-Type": "application/json"}).is_success
    except httpx.TransportError:
        return False
