"""Databases and virtual hosts of one's own on servers that others use too: for tests, and for trying things out."""

import secrets
from dataclasses import dataclass, replace

from ops.stack import ports, rabbitmq
from ops.stack.provision import create_database, drop_database
from ops.stack.site import GATEWAY, SERVER_OF, SERVICES, SOCKET, Site
from ops.stack.sql import run_blocking
from ops.stack.subscriptions import added_subscriptions
from shared.messaging.connection import open_connection
from shared.messaging.declaring import declare
from shared.messaging.definitions import everybody, permission


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database that nobody else knows, with a login for each of its roles."""

    service: str
    name: str
    owner_url: str
    runtime_url: str
    auditor_url: str
    superuser_url: str


def fresh_database(site: Site, service: str, template: str | None = None) -> FreshDatabase:
    """An empty database with a new name for `order`, `payment`, `inventory` or `provider`; some 100 ms.

    `template` names another database of the same service to clone, migrated for instance; it must have no
    connections. The roles are the service's usual ones.
    """
    name = f"{service}_{secrets.token_hex(4)}"
    run_blocking(create_database(site.superuser_url(SERVER_OF[service]), service, name, template))
    own = replace(site, databases={**site.databases, service: name})
    return FreshDatabase(
        service,
        name,
        own.database_url(service, "owner"),
        own.database_url(service, "runtime"),
        own.database_url(service, "auditor"),
        own.superuser_url(SERVER_OF[service], name),
    )


def drop(site: Site, database: FreshDatabase) -> None:
    """Drops a fresh database, cutting whoever is connected to it."""
    run_blocking(drop_database(site.superuser_url(SERVER_OF[database.service]), database.name))


def fresh_virtual_host(site: Site) -> str:
    """A new virtual host of the broker, with all queues and everybody's rights: its administrator's URL."""
    name = f"test_{secrets.token_hex(4)}"
    added = added_subscriptions()
    with rabbitmq.administration(site) as management:
        management.put(f"/api/vhosts/{name}").raise_for_status()
        for user, granted in everybody(*added).items():
            body = permission(granted)
            management.put(f"/api/permissions/{name}/{user}", json=body).raise_for_status()
    own = replace(site, virtual_host=name)

    async def fill() -> None:
        async with open_connection(own.rabbitmq_url, "isolation") as connection:
            await declare(await connection.channel(), *added)

    run_blocking(fill())
    return own.rabbitmq_url


def drop_virtual_host(site: Site, url: str) -> None:
    """Drops a fresh virtual host with all its queues, cutting whoever is connected to it."""
    _drop_virtual_host(site, url.rsplit("/", 1)[1])


def isolated(site: Site) -> Site:
    """A site of its own on the same servers: fresh databases, a fresh virtual host, free ports for the services.

    Its issuer is the site's. `environment(service)` and so on then tell of those. `drop_isolated` gives them back.
    """
    databases = {name: fresh_database(site, name).name for name in SERVER_OF}
    chosen = ports.choose((*SERVICES, GATEWAY, SOCKET), prefer_usual=False)
    chosen.release()
    return replace(
        site,
        ports={**site.ports, **chosen.ports},
        databases=databases,
        virtual_host=fresh_virtual_host(site).rsplit("/", 1)[1],
    )


def drop_isolated(site: Site, own: Site) -> None:
    """Drops the databases and the virtual host of `own`, a site isolated from `site`.

    ValueError when `own` has anything of the site's own: nothing is dropped then.
    """
    if own.virtual_host == site.virtual_host or set(own.databases.values()) & set(site.databases.values()):
        raise ValueError("that is not isolated from the site")
    _drop_virtual_host(site, own.virtual_host)
    for name, server in SERVER_OF.items():
        run_blocking(drop_database(site.superuser_url(server), own.databases[name]))


def _drop_virtual_host(site: Site, name: str) -> None:
    with rabbitmq.administration(site) as management:
        management.delete(f"/api/vhosts/{name}").raise_for_status()
