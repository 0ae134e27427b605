"""From a running supervisor to a stack that is ready: starts what does not run, restarts what has changed."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from ops.stack import catalogue, rabbitmq, services
from ops.stack.errors import StackError
from ops.stack.fingerprints import Stamps
from ops.stack.journal import Journal
from ops.stack.parts import Part
from ops.stack.postgres import SERVERS as DATABASE_SERVERS
from ops.stack.provision import identities_of_databases, provision_all
from ops.stack.site import DATABASES_OF, ISSUER, Site
from ops.stack.sql import run_blocking
from ops.stack.subscriptions import added_subscriptions
from ops.stack.supervisor import Supervisor, journal
from ops.stack.tokens import tokens_of
from ops.stack.waiting import Say, wait_until_ready
from shared.messaging.connection import BROKER_FAULTS
from shared.messaging.provisioning import provision as provision_broker

# After so many ends in a row while we wait for a part, waiting longer is in vain.
HOPELESS = 5


def roll_out(
    site: Site, overseer: Supervisor, servers: Mapping[str, Part], processes: Mapping[str, Part], say: Say
) -> None:
    """Servers, databases and roles, migrations, services, catalogue: in this order.

    A part's stamp tells what runs, or will run once it is started: it is written between its stop and its start.
    """
    stamps = Stamps(site.home)
    new_broker = rabbitmq.is_new(site)
    changed = _changed(overseer, {**servers, **processes}, stamps)
    overseer.stop_parts(reversed(changed))

    _start(overseer, [part for name, part in servers.items() if name in changed], stamps, say)
    _wait(site, [servers[name] for name in DATABASE_SERVERS], say)
    provision_all(site)
    _migrate(site, processes, stamps, say)
    _wait(site, [part for name, part in servers.items() if name not in DATABASE_SERVERS], say)
    _provision_broker(site, new=new_broker)

    _start(overseer, [part for name, part in processes.items() if name in changed], stamps, say)
    _wait(site, processes.values(), say)
    if "inventory" in processes:
        _fill_catalogue(site, stamps, say, copied="order-1" in processes)


def waiting_in_vain(site: Site, part: Part) -> Callable[[], str | None]:
    """Tells that a part keeps ending, from now on."""
    since = time.time()

    def gone() -> str | None:
        ends = Journal.read(journal(site.home)).exits_since(part.name, since)
        return f"it ended {len(ends)} times ({ends[-1].how})" if len(ends) >= HOPELESS else None

    return gone


def _changed(overseer: Supervisor, parts: Mapping[str, Part], stamps: Stamps) -> list[str]:
    states = overseer.states()
    return [
        name
        for name, part in parts.items()
        if states[name].pid is None or not stamps.matches(stamp_of(name), part.fingerprint)
    ]


def _start(overseer: Supervisor, parts: Iterable[Part], stamps: Stamps, say: Say) -> None:
    for part in parts:
        say(f"starting {part.name}")
        stamps.write(stamp_of(part.name), part.fingerprint)
        overseer.start_part(part.name)


def _wait(site: Site, parts: Iterable[Part], say: Say) -> None:
    for part in parts:
        wait_until_ready(part, say, gone=waiting_in_vain(site, part))


def _migrate(site: Site, processes: Mapping[str, Part], stamps: Stamps, say: Say) -> None:
    """Migrates the services whose code, or whose database, is not the one last migrated."""
    identities = identities_of_databases(site)
    due: dict[str, str] = {}
    for service in DATABASES_OF:
        if names := [name for name in services.PROCESSES[service] if name in processes]:
            code = processes[names[0]].content
            fingerprint = " ".join([code, *(identities[database] for database in DATABASES_OF[service])])
            if not stamps.matches(f"migrated {service}", fingerprint):
                due[service] = fingerprint

    def migrate(service: str) -> None:
        services.migrate(site.home, service, site.migration_environment(service))

    if due:
        say(f"migrating {', '.join(due)}")
    with ThreadPoolExecutor() as threads:
        list(threads.map(migrate, due))
    for service, fingerprint in due.items():
        stamps.write(f"migrated {service}", fingerprint)


def _provision_broker(site: Site, *, new: bool) -> None:
    try:
        run_blocking(provision_broker(site.rabbitmq_url, *added_subscriptions(), new=new))
    except BROKER_FAULTS as refusal:
        raise StackError(
            f"RabbitMQ runs, but its queues cannot be declared: {refusal}. If it was killed in its very first "
            "seconds it cannot find them again, and `make reset` is the way out."
        ) from refusal


def _fill_catalogue(site: Site, stamps: Stamps, say: Say, *, copied: bool) -> None:
    fingerprint = f"{catalogue.fingerprint()} {identities_of_databases(site)['inventory']}"
    if not stamps.matches("catalogue", fingerprint):
        say("loading the demo catalogue")
        catalogue.load(
            site.service_url("inventory"), tokens_of(site.service_url(ISSUER), "staff", "catalogue")
        )
        if copied:
            run_blocking(catalogue.known_to_orders(site.database_url("order", "auditor")))
        stamps.write("catalogue", fingerprint)


def stamp_of(part: str) -> str:
    """The stamp with the fingerprint of what was started last."""
    return f"started {part}"
