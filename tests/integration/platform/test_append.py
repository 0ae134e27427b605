"""The event table: positions in the order of commits, nothing twice, and nobody who changes what is stored."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from tests.integration.conftest import MakeDatabase
from tests.integration.platform.accounts import ACCOUNTS, Deposited
from tests.integration.platform.bank import MODEL
from tests.integration.platform.teller import CLERK

STORE = EventStore(Codec(MODEL.aggregates))

TAKE_LOCK = "PERFORM pg_advisory_xact_lock(4837101);"


def deposited(account: UUID, version: int = 1, command_id: UUID | None = None) -> Recorded:
    command_id = command_id or new_id()
    return Recorded(
        position=0,
        id=new_id(),
        stream=ACCOUNTS.stream(str(account)),
        row_id=str(account),
        version=version,
        type="account.deposited",
        event=Deposited("north", version),
        command_id=command_id,
        correlation_id=command_id,
        causation_id=command_id,
        actor=CLERK,
        customer_id=None,
        time=datetime.now(UTC),
    )


@asynccontextmanager
async def as_role(url: str) -> AsyncGenerator[AsyncConnection]:
    engine = open_engine(url, application="tests")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def append(engine: AsyncEngine, *events: Recorded) -> int:
    async with engine.begin() as connection:
        return await STORE.append(connection, events)


async def without_append_lock(database: FreshDatabase) -> None:
    async with as_role(database.owner_url) as owner:
        definition: str = await owner.scalar(text("SELECT pg_get_functiondef('append_events'::regproc)"))
        assert TAKE_LOCK in definition
        await owner.exec_driver_sql(definition.replace(TAKE_LOCK, ""))
        await owner.commit()


async def missed_by_a_forward_reader(engine: AsyncEngine, *, writers: int, appends: int) -> set[int]:
    """Positions that a reader which goes forward never sees while many writers take their time to commit."""
    writing = True
    seen: list[int] = []

    async def write() -> None:
        for _ in range(appends):
            async with engine.connect() as connection:
                await STORE.append(connection, [deposited(new_id()), deposited(new_id())])
                await connection.execute(text("SELECT pg_sleep(random() * 0.004)"))
                await connection.commit()

    async def read() -> None:
        async with engine.connect() as connection:
            while True:
                ended = not writing
                events = await STORE.forward(connection, after_position=seen[-1] if seen else 0, limit=100)
                await connection.rollback()
                seen.extend(event.position for event in events)
                if ended and not events:
                    return

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write() for _ in range(writers)))
    writing = False
    await reading
    assert seen == sorted(seen)
    async with engine.connect() as connection:
        stored = set((await connection.execute(text("SELECT position FROM events"))).scalars())
    assert len(stored) == 2 * writers * appends
    return stored - set(seen)


async def test_reader_sees_every_event_when_many_writers_commit_at_once(
    make_database: MakeDatabase, template: str
) -> None:
    engine = open_engine(make_database("order", template).runtime_url, application="tests", pool_size=16)
    assert await missed_by_a_forward_reader(engine, writers=8, appends=12) == set()
    await engine.dispose()


async def test_reader_misses_events_when_appending_takes_no_lock(
    make_database: MakeDatabase, template: str
) -> None:
    """What the lock is for. Nothing of ours does without it."""
    database = make_database("order", template)
    await without_append_lock(database)
    engine = open_engine(database.runtime_url, application="tests", pool_size=16)
    assert await missed_by_a_forward_reader(engine, writers=8, appends=12)
    await engine.dispose()


async def test_positions_follow_the_order_given_when_events_are_appended_together(
    engine: AsyncEngine,
) -> None:
    account, command_id = new_id(), new_id()
    events = [deposited(account, version, command_id) for version in range(1, 201)]
    last = await append(engine, *events)
    async with engine.connect() as connection:
        stored = await STORE.stream(connection, ACCOUNTS.stream(str(account)))
    assert [event.id for event in stored] == [event.id for event in events]
    positions = [event.position for event in stored]
    assert positions == sorted(positions)
    assert positions[-1] == last


@pytest.mark.parametrize("same", ["stream and version", "command id and index"])
async def test_append_is_refused_when_its_place_is_taken(engine: AsyncEngine, same: str) -> None:
    first = deposited(new_id())
    await append(engine, first)
    twin = (
        deposited(UUID(first.row_id))
        if same == "stream and version"
        else deposited(new_id(), command_id=first.command_id)
    )
    with pytest.raises(DBAPIError, match="duplicate key") as refused:
        await append(engine, twin)
    assert getattr(refused.value.orig, "sqlstate", None) == "23505"


@pytest.mark.parametrize("actor", [CLERK, replace(CLERK, address="2001:db8::7", request_id="request-1")])
async def test_event_reads_back_as_it_was_when_stored(engine: AsyncEngine, actor: Actor) -> None:
    stored = replace(deposited(new_id()), actor=actor)
    await append(engine, stored)
    async with engine.connect() as connection:
        [read] = await STORE.stream(connection, stored.stream)
        assert await STORE.of_commands(connection, [stored.command_id, new_id()]) == {stored.id}
    assert read.position > 0
    assert read.actor == actor
    for name in ("id", "stream", "row_id", "version", "type", "event", "command_id", "correlation_id"):
        assert getattr(read, name) == getattr(stored, name), name
    assert (read.causation_id, read.customer_id, read.time) == (stored.causation_id, None, stored.time)


CHANGES = (
    "UPDATE events SET type = 'other'",
    "DELETE FROM events",
    "TRUNCATE events",
)
INSERT = (
    "INSERT INTO events (id, stream, version, type, data, metadata, command_id, command_index, time)"
    " VALUES (gen_random_uuid(), 's', 1, 't', '{}', '{}', gen_random_uuid(), 0, now())"
)


async def refused(url: str, statement: str) -> str:
    """The SQLSTATE with which the role is refused."""
    async with as_role(url) as connection:
        with pytest.raises(DBAPIError) as refusal:
            await connection.exec_driver_sql(statement)
        return str(getattr(refusal.value.orig, "sqlstate", None))


INSUFFICIENT_PRIVILEGE, READ_ONLY, RAISED = "42501", "25006", "P0001"


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        INSERT,
        "SELECT nextval('events_position')",
        "DROP TABLE events",
        "CREATE TABLE mine (id int)",
    ],
)
async def test_runtime_role_is_refused_when_it_touches_stored_events(
    database: FreshDatabase, statement: str
) -> None:
    assert await refused(database.runtime_url, statement) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("statement", CHANGES)
async def test_owner_is_refused_when_it_changes_stored_events(
    database: FreshDatabase, engine: AsyncEngine, statement: str
) -> None:
    await append(engine, deposited(new_id()))
    assert await refused(database.owner_url, statement) == RAISED


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        INSERT,
        "DELETE FROM inbox",
        "TRUNCATE inbox_00",
        "UPDATE accounts SET version = 9",
        "SELECT append_events('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
    ],
)
@pytest.mark.parametrize("writable", [False, True])
async def test_auditor_is_refused_when_it_writes_anything(
    database: FreshDatabase, statement: str, writable: bool
) -> None:
    """Also when it has switched off that its transactions are read-only."""
    prefix = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE" if writable else "SELECT 1"
    async with as_role(database.auditor_url) as auditor:
        await auditor.exec_driver_sql(prefix)
        await auditor.commit()
        with pytest.raises(DBAPIError) as refusal:
            await auditor.exec_driver_sql(statement)
    state = getattr(refusal.value.orig, "sqlstate", None)
    assert state == INSUFFICIENT_PRIVILEGE or (not writable and state == READ_ONLY)


async def test_auditor_reads_every_table_when_it_asks(database: FreshDatabase) -> None:
    async with as_role(database.auditor_url) as auditor:
        tables = (
            await auditor.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        ).all()
        assert len(tables) > 50
        for (table,) in tables:
            if table != "alembic_version":
                await auditor.execute(text(f"SELECT * FROM {table} LIMIT 1"))
