"""The servers of a home: private, provisioned, and as mortal as a test wants them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import asyncpg
import httpx
import psutil
import pytest

from ops.stack import accounts, rabbitmq
from ops.stack.home import CLONE, Home
from ops.stack.isolation import FreshDatabase, drop_isolated
from ops.stack.passwords import BROKER_USERS
from ops.stack.preparation import SERVERS
from ops.stack.processes import ProcessRecord
from ops.stack.provision import provision_all
from ops.stack.servers import Servers, records_file
from ops.stack.site import SERVER_OF, Site
from ops.stack.sql import connected
from ops.stack.temporary import make_temporary_home
from shared.messaging.users import ADMINISTRATOR

DOOMED = """
from ops.stack.servers import Servers, records_file
from ops.stack.temporary import make_temporary_home
home = make_temporary_home()
print(home.path, flush=True)
Servers(home).start_all()
"""
MakeDatabase = Callable[..., FreshDatabase]


@pytest.mark.parametrize("name", SERVER_OF)
async def test_owner_alone_creates_tables_when_databases_are_provisioned(servers: Servers, name: str) -> None:
    async with connected(servers.site.database_url(name, "owner")) as owner:
        await owner.execute("CREATE TABLE made_by_owner (id int)")
        await owner.execute("DROP TABLE made_by_owner")
    for role in ("runtime", "auditor"):
        async with connected(servers.site.database_url(name, role)) as other:
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await other.execute("CREATE TABLE made_by_other (id int)")
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                await other.execute("CREATE TEMPORARY TABLE made_by_other (id int)")


async def test_roles_of_one_database_cannot_enter_another_when_both_are_on_one_server(
    servers: Servers,
) -> None:
    provider_login = servers.site.database_url("provider", "runtime")
    for database in ("payment_db", "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connected(provider_login.replace("/provider_db", f"/{database}")):
                pass


async def test_login_is_refused_when_the_password_is_wrong(servers: Servers) -> None:
    url = servers.site.database_url("order", "runtime")
    with pytest.raises(asyncpg.InvalidPasswordError):
        async with connected(url.replace(servers.site.passwords["order_runtime"], "wrong")):
            pass


async def test_durability_is_on_when_a_server_has_default_settings(servers: Servers) -> None:
    async with connected(servers.site.superuser_url("order_db")) as superuser:
        for setting, expected in (
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("server_encoding", "UTF8"),
            ("TimeZone", "UTC"),
            ("unix_socket_directories", ""),
            ("listen_addresses", "127.0.0.1"),
        ):
            assert await superuser.fetchval("SELECT current_setting($1)", setting) == expected


async def test_nothing_changes_when_provisioned_again(servers: Servers) -> None:
    provision_all(servers.site)
    async with connected(servers.site.database_url("order", "runtime")) as runtime:
        assert await runtime.fetchval("SELECT current_user") == "order_runtime"


async def test_tables_are_there_when_a_database_is_cloned_from_a_template(
    make_database: MakeDatabase,
) -> None:
    template = make_database("order")
    async with connected(template.owner_url) as owner:
        await owner.execute("CREATE TABLE cloned (id int); GRANT SELECT ON cloned TO order_runtime")
    clone = make_database("order", template.name)
    async with connected(clone.runtime_url) as runtime:
        assert await runtime.fetchval("SELECT count(*) FROM cloned") == 0


def test_only_our_users_exist_when_the_broker_has_started(servers: Servers) -> None:
    site = servers.site
    with rabbitmq.administration(site) as management:
        users = management.get("/api/users").json()
    assert {user["name"] for user in users} == {ADMINISTRATOR, *BROKER_USERS}
    guest = httpx.get(f"{site.management_url}/api/overview", auth=("guest", "guest"), trust_env=False)
    assert guest.status_code == 401


def test_every_server_listens_on_loopback_alone_when_started(servers: Servers) -> None:
    for name in ("order_db", "payment_db", "inventory_db", "rabbitmq", "redis"):
        process = psutil.Process(servers.pid(name))
        listening = {
            socket.laddr.ip
            for one in [process, *process.children(recursive=True)]
            for socket in one.net_connections(kind="tcp")
            if socket.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}, name


def test_services_are_told_of_their_own_databases_alone_when_isolated(
    servers: Servers, isolated: Site
) -> None:
    order = isolated.environment("order")
    assert order["ORDER_DATABASE_URL"] != servers.site.environment("order")["ORDER_DATABASE_URL"]
    assert isolated.virtual_host in order["RABBITMQ_URL"]
    for name, password in servers.site.passwords.items():
        if name not in ("order_runtime", "rabbitmq_order_service", "order_master_key", "redis"):
            assert not any(password in value for value in order.values()), name


async def test_server_comes_back_with_its_data_when_it_was_killed(
    servers: Servers, make_database: MakeDatabase
) -> None:
    database = make_database("inventory")
    async with connected(database.owner_url) as owner:
        await owner.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
    before = servers.pid("inventory_db")
    servers.kill("inventory_db")
    with pytest.raises(OSError, match="Connect call failed"):
        async with connected(database.owner_url):
            pass
    servers.start("inventory_db")
    assert servers.pid("inventory_db") != before
    async with connected(database.owner_url) as owner:
        assert await owner.fetchval("SELECT id FROM kept") == 1


def test_nothing_is_left_when_the_tests_themselves_were_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DOOMED], stdout=subprocess.PIPE, text=True, cwd=CLONE, start_new_session=True
    ) as doomed:
        assert doomed.stdout is not None
        left = Home.at(doomed.stdout.readline().strip())
        deadline = time.monotonic() + 60
        while len(records := recorded(left)) < len(SERVERS):
            assert time.monotonic() < deadline
        doomed.kill()
    assert all(record.alive() for record in records)
    mine = make_temporary_home()
    assert not any(record.alive() for record in records)
    assert not left.path.exists()
    accounts.remove(mine)


def recorded(home: Home) -> list[ProcessRecord]:
    file = records_file(home)
    return [ProcessRecord(*entry) for entry in json.loads(file.read_text()).values()] if file.exists() else []


async def test_nothing_is_dropped_when_the_site_is_its_own(servers: Servers) -> None:
    with pytest.raises(ValueError, match="not isolated"):
        drop_isolated(servers.site, servers.site)
    for name in servers.site.databases:
        async with connected(servers.site.database_url(name, "owner")) as owner:
            assert await owner.fetchval("SELECT 1") == 1
