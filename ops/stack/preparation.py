"""Everything that the servers need before they start, and the servers as parts."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ops.stack import accounts, postgres, rabbitmq, redis
from ops.stack.home import Home
from ops.stack.parts import Part, Probe
from ops.stack.site import Machine, Site

SERVERS = (*postgres.SERVERS, "rabbitmq", "redis")


def find_machine(home: Home) -> Machine:
    """The programs for this home: the PostgreSQL that its data were made with, if there are any."""
    machine = Machine.here()
    major = postgres.major_of(accounts.databases_directory(home, machine.account))
    return machine if major in (None, machine.programs.postgres_major) else Machine.here(major)


def has_databases(home: Home, machine: Machine) -> bool:
    """Whether data directories were made before."""
    return postgres.major_of(accounts.databases_directory(home, machine.account)) is not None


def server_parts(site: Site, machine: Machine) -> dict[str, Part]:
    """The servers as parts, by name. Changes nothing."""
    directory = accounts.databases_directory(site.home, machine.account)
    parts = [postgres.part(site, machine, server, directory / server) for server in postgres.SERVERS]
    parts += [rabbitmq.part(site, machine), redis.part(site, machine)]
    return {part.name: part for part in parts}


def prepare_all(site: Site, machine: Machine) -> None:
    """Everything the servers need before they start: data directories and configurations; repeatable."""
    site.home.create()
    directory = accounts.make_databases_directory(site.home, machine.account)

    def prepare_database(server: str) -> None:
        postgres.prepare(site, machine, server, directory)

    with ThreadPoolExecutor() as threads:
        list(threads.map(prepare_database, postgres.SERVERS))
    rabbitmq.prepare(site)
    redis.prepare(site)


def probes(site: Site) -> dict[str, Probe]:
    """How to ask each server whether it serves, by name."""
    databases = {server: partial(postgres.probe, site.superuser_url(server)) for server in postgres.SERVERS}
    return {
        **databases,
        "rabbitmq": partial(rabbitmq.probe, site),
        "redis": partial(redis.probe, site.ports["redis"], site.passwords["redis"]),
    }
