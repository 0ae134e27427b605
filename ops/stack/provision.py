"""Databases and their roles: the owner migrates, the runtime serves, the auditor reads."""

import asyncio
import re
from collections.abc import Mapping

from ops.stack.passwords import ROLES
from ops.stack.site import SERVER_OF, Site
from ops.stack.sql import connected, run_blocking


def provision_all(site: Site) -> None:
    """Roles and databases of every service, on servers that run. Changes nothing that is right already."""

    async def provision_server(server: str) -> None:
        for name in (name for name, where in SERVER_OF.items() if where == server):
            passwords = role_passwords(site.passwords, name)
            await provision(site.superuser_url(server), name, site.databases[name], passwords)

    async def provision_every_server() -> None:
        await asyncio.gather(*(provision_server(server) for server in sorted(set(SERVER_OF.values()))))

    run_blocking(provision_every_server())


def identities_of_databases(site: Site) -> dict[str, str]:
    """What tells each database from any other, also from a later one of the same name: cluster and object id."""

    async def ask() -> dict[str, str]:
        found: dict[str, str] = {}
        for name, server in SERVER_OF.items():
            async with connected(site.superuser_url(server)) as superuser:
                found[name] = await superuser.fetchval(
                    "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database WHERE datname = $1",
                    site.databases[name],
                )
        return found

    return run_blocking(ask())


def role_passwords(passwords: Mapping[str, str], name: str) -> dict[str, str]:
    """The three roles of a database (`order_owner`, `order_runtime`, `order_auditor`) with their passwords."""
    return {f"{name}_{role}": passwords[f"{name}_{role}"] for role in ROLES}


async def provision(superuser_url: str, name: str, database: str, role_passwords: Mapping[str, str]) -> None:
    """Makes the roles `<name>_owner`, `<name>_runtime`, `<name>_auditor` and a database of theirs; repeatable."""
    async with connected(superuser_url) as connection:
        # The server's log must not have the passwords, not even with a statement that failed.
        await connection.execute("SET log_statement = 'none'; SET log_min_error_statement = 'panic'")
        for role, password in role_passwords.items():
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f"CREATE ROLE {identifier(role)}")
            await connection.execute(
                f"ALTER ROLE {identifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                f"PASSWORD {literal(password)}"
            )
        await connection.execute(
            f"ALTER ROLE {identifier(f'{name}_auditor')} SET default_transaction_read_only = on"
        )
        await connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
    await create_database(superuser_url, name, database)


async def create_database(superuser_url: str, name: str, database: str, template: str | None = None) -> None:
    """Makes a database for the roles of `name`, which exist already; repeatable.

    The owner owns the database and its schema `public`. The others may connect and use the schema; what they may
    do with tables is granted by the migrations. Everybody else may do nothing. `template` names a database to
    clone, tables and grants included; nobody may be connected to it.
    """
    owner = identifier(f"{name}_owner")
    roles = ", ".join(identifier(f"{name}_{role}") for role in ROLES)
    async with connected(superuser_url) as connection:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            cloned = f" TEMPLATE {identifier(template)}" if template else ""
            await connection.execute(f"CREATE DATABASE {identifier(database)} OWNER {owner}{cloned}")
        await connection.execute(f"REVOKE ALL ON DATABASE {identifier(database)} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {identifier(database)} TO {roles}")
    async with connected(superuser_url.rsplit("/", 1)[0] + f"/{database}") as connection:
        await connection.execute(f"ALTER SCHEMA public OWNER TO {owner}")
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await connection.execute(f"GRANT USAGE ON SCHEMA public TO {roles}")
        # PostgreSQL lets everybody make large objects, in a transaction that the auditor may have made writable.
        await connection.execute(
            "REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC"
        )


async def drop_database(superuser_url: str, database: str) -> None:
    """Drops the database, whoever is connected to it; nothing happens when it is not there."""
    async with connected(superuser_url) as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {identifier(database)} WITH (FORCE)")


def identifier(name: str) -> str:
    """The name quoted for SQL; it must be lower-case letters, digits and underscores."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a name for a role or database: {name!r}")
    return f'"{name}"'


def literal(text: str) -> str:
    """The text as an SQL literal."""
    if "\\" in text or "\0" in text:
        raise ValueError("a password must hold neither a backslash nor NUL")
    return "'" + text.replace("'", "''") + "'"
