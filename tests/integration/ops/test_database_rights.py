"""The databases' roles, trying what an intruder would: on migrated databases, as the services and commands log in."""

from collections.abc import Mapping

import asyncpg
import pytest

from ops.stack.isolation import FreshDatabase
from ops.stack.servers import Servers
from ops.stack.site import SERVER_OF
from ops.stack.sql import Connection, connected
from shared.database.migrations import upgrade
from tests.integration.conftest import MakeDatabase

MIGRATIONS = {
    "order": "order_service:migrations",
    "payment": "payment_service:migrations",
    "inventory": "inventory_service:migrations",
    "provider": "payment_service.providers:migrations",
}
NOT_FOR_ANYBODY = (
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION dblink",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "ALTER ROLE {name}_owner PASSWORD 'mine'",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SET ROLE {name}_owner",
    "SET ROLE postgres",
    "SET session_replication_role = replica",
    "ALTER SYSTEM SET fsync = off",
    "GRANT {name}_owner TO CURRENT_USER",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'mine')",
    "UPDATE alembic_version SET version_num = '0000'",
    "DROP SCHEMA public CASCADE",
)
NOT_FOR_EVENTS = (
    "UPDATE events SET type = 'mine'",
    "DELETE FROM events",
    "TRUNCATE events",
    "DROP TABLE events",
    "INSERT INTO events (id, stream, version, type, data, metadata, command_id, command_index, time)"
    " SELECT gen_random_uuid(), 's', 1, 't', '{{}}', '{{}}', gen_random_uuid(), 0, now()",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_are_append_only ON events",
    "DROP TABLE inbox_00",
    "ALTER TABLE inbox DETACH PARTITION inbox_00",
    "CREATE TRIGGER mine BEFORE INSERT ON events EXECUTE FUNCTION refuse_change()",
)
READ_ONLY = (
    "INSERT INTO checkpoints VALUES ('mine', 1)",
    "UPDATE checkpoints SET position = 0",
    "DELETE FROM dead_letters",
    "TRUNCATE inbox_00",
    "SELECT append_events('{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')",
)
ROLES = [(name, role) for name in MIGRATIONS for role in ("runtime", "auditor")]


@pytest.fixture(scope="module")
def databases(make_database: MakeDatabase) -> Mapping[str, FreshDatabase]:
    made = {name: make_database(name) for name in MIGRATIONS}
    for name, database in made.items():
        upgrade(MIGRATIONS[name], database.owner_url)
    return made


def login(databases: Mapping[str, FreshDatabase], name: str, role: str) -> str:
    database = databases[name]
    return database.runtime_url if role == "runtime" else database.auditor_url


async def succeeding(connection: Connection, statements: tuple[str, ...], name: str) -> list[str]:
    """Those that the server carries out, each in a transaction that is meant to write."""
    await connection.execute("SET default_transaction_read_only = off")
    done: list[str] = []
    for statement in statements:
        try:
            await connection.execute(statement.format(name=name))
        except asyncpg.InsufficientPrivilegeError:
            continue
        done.append(statement)
    return done


@pytest.mark.parametrize(("name", "role"), ROLES)
async def test_role_has_no_way_to_more_when_it_tries(
    databases: Mapping[str, FreshDatabase], name: str, role: str
) -> None:
    async with connected(login(databases, name, role)) as connection:
        assert await succeeding(connection, NOT_FOR_ANYBODY, name) == []


@pytest.mark.parametrize(("name", "role"), [each for each in ROLES if each[0] != "provider"])
async def test_history_is_not_changed_when_a_role_tries(
    databases: Mapping[str, FreshDatabase], name: str, role: str
) -> None:
    async with connected(login(databases, name, role)) as connection:
        assert await succeeding(connection, NOT_FOR_EVENTS, name) == []


@pytest.mark.parametrize("name", [name for name in MIGRATIONS if name != "provider"])
async def test_auditor_writes_nothing_when_it_has_made_its_session_writable(
    databases: Mapping[str, FreshDatabase], name: str
) -> None:
    async with connected(login(databases, name, "auditor")) as connection:
        assert await succeeding(connection, READ_ONLY, name) == []


async def test_ledger_is_not_shortened_when_the_provider_tries(
    databases: Mapping[str, FreshDatabase],
) -> None:
    async with connected(databases["provider"].runtime_url) as connection:
        assert await succeeding(connection, ("DELETE FROM ledger", "TRUNCATE ledger"), "provider") == []


@pytest.mark.parametrize("name", MIGRATIONS)
async def test_auditor_gets_no_more_rights_by_a_function_when_it_calls_one(
    databases: Mapping[str, FreshDatabase], name: str
) -> None:
    async with connected(databases[name].superuser_url) as superuser:
        found = await superuser.fetchval(
            "SELECT array_agg(proname) FROM pg_proc WHERE prosecdef AND has_function_privilege($1, oid, 'EXECUTE')",
            f"{name}_auditor",
        )
        assert found is None


async def test_auditor_sees_which_customers_have_keys_and_no_key_when_it_looks(
    databases: Mapping[str, FreshDatabase],
) -> None:
    async with connected(databases["order"].auditor_url) as auditor:
        await auditor.execute("SELECT customer_id, key_id, created_at FROM customer_keys")
        for statement in ("SELECT wrapped_key FROM customer_keys", "SELECT * FROM customer_keys"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await auditor.execute(statement)


async def test_each_service_is_kept_out_of_all_other_databases_when_it_tries(servers: Servers) -> None:
    site = servers.site
    for name in SERVER_OF:
        for other in (*(site.databases[each] for each in SERVER_OF if each != name), "postgres", "template1"):
            for role in ("owner", "runtime", "auditor"):
                url = site.database_url(name, role).rsplit("/", 1)[0]
                with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.InvalidCatalogNameError)):
                    async with connected(f"{url}/{other}"):
                        pass


@pytest.mark.parametrize("server", ["order_db", "payment_db", "inventory_db"])
async def test_passwords_are_proved_by_scram_alone_when_somebody_logs_in(
    servers: Servers, server: str
) -> None:
    async with connected(servers.site.superuser_url(server)) as superuser:
        assert await superuser.fetchval("SHOW password_encryption") == "scram-sha-256"
        methods = await superuser.fetchval("SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules")
        assert methods == ["scram-sha-256"]
        weak = await superuser.fetchval(
            "SELECT array_agg(rolname) FROM pg_authid WHERE rolcanlogin AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'"
        )
        assert weak is None
