"""deploy/provision.sql makes in a container what `provision` makes on a machine."""

import os
import subprocess

import pytest

from ops.stack import provision
from ops.stack.home import CLONE
from ops.stack.passwords import ROLES
from ops.stack.preparation import find_machine
from ops.stack.servers import Servers
from ops.stack.sql import connected

SCRIPT = CLONE / "deploy" / "provision.sql"
SERVER = "inventory_db"
PASSWORDS = {role: f"{role}-pass-'word" for role in ROLES}

FACTS = {
    "roles": (
        "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,"
        " rolconnlimit, rolconfig, rolvaliduntil FROM pg_roles WHERE rolname LIKE $1 || '_%' ORDER BY rolname"
    ),
    "memberships": (
        "SELECT m.* FROM pg_auth_members m JOIN pg_roles r ON r.oid IN (m.roleid, m.member)"
        " WHERE r.rolname LIKE $1 || '_%'"
    ),
    "database": (
        "SELECT datname, pg_get_userbyid(datdba), encoding, datcollate, datctype, datistemplate, datallowconn,"
        " datconnlimit, (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(datacl) AS acl)"
        " FROM pg_database WHERE datname = $1 || '_db'"
    ),
    "shared databases": (
        "SELECT datname, datacl::text FROM pg_database WHERE datname IN ('postgres', 'template1')"
        " AND $1 <> '' ORDER BY datname"
    ),
    "schemas": (
        "SELECT nspname, pg_get_userbyid(nspowner),"
        " (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(nspacl) AS acl)"
        " FROM pg_namespace WHERE nspname = 'public' AND $1 <> ''"
    ),
}


async def facts(servers: Servers, name: str) -> dict[str, str]:
    """What is true of the roles and the database of `name`, with the name itself left out."""
    found: dict[str, str] = {}
    async with connected(servers.site.superuser_url(SERVER, f"{name}_db")) as superuser:
        for what, query in FACTS.items():
            rows = await superuser.fetchval(f"SELECT json_agg(facts)::text FROM ({query}) AS facts", name)
            found[what] = str(rows).replace(name, "NAME")
    return found


def run_script(servers: Servers, name: str, superuser_password: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(find_machine(servers.home).programs.postgres / "psql"),
            *("--no-psqlrc", "--quiet", f"--file={SCRIPT}"),
        ],
        env={
            "PATH": os.defpath,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(servers.site.ports[SERVER]),
            "PGUSER": "postgres",
            "PGPASSWORD": superuser_password,
            "NAME": name,
            **{f"{role.upper()}_PASSWORD": password for role, password in PASSWORDS.items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )


async def test_same_roles_and_rights_are_there_when_the_script_has_run(servers: Servers) -> None:
    superuser_password = servers.site.passwords["superuser"]
    for _ in range(2):  # it is repeatable
        ended = run_script(servers, "scripted", superuser_password)
        assert ended.returncode == 0, ended.stderr
    await provision.provision(
        servers.site.superuser_url(SERVER),
        "provisioned",
        "provisioned_db",
        {f"provisioned_{role}": password for role, password in PASSWORDS.items()},
    )

    assert await facts(servers, "scripted") == await facts(servers, "provisioned")


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_logs_in_with_its_password_when_the_script_has_run(
    servers: Servers, role: str
) -> None:
    run_script(servers, "scripted", servers.site.passwords["superuser"])
    login = f"scripted_{role}:{PASSWORDS[role]}@127.0.0.1:{servers.site.ports[SERVER]}"

    async with connected(f"postgresql://{login}/scripted_db") as connection:
        assert await connection.fetchval("SELECT current_user") == f"scripted_{role}"


def test_script_fails_when_it_may_not_log_in(servers: Servers) -> None:
    assert run_script(servers, "scripted", "wrong").returncode != 0
