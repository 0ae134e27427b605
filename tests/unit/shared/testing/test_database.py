"""The database in memory does what PostgreSQL does at READ COMMITTED, as far as the platform relies on it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.testing.database import MemoryDatabase, StoredEvent, Transaction, UniqueViolation
from shared.testing.stepping import Point, Run, Stuck, complete, interleave, stand_at

ONE, OTHER = UUID(int=1), UUID(int=2)


def event(stream: str = "account-1", version: int = 1, command_id: UUID = ONE) -> StoredEvent:
    return StoredEvent(
        0, UUID(int=9), stream, version, "opened", "{}", "{}", command_id, 0, datetime(2026, 1, 1, tzinfo=UTC)
    )


def with_row(value: str = "old") -> MemoryDatabase:
    database = MemoryDatabase()
    database.take_over({("accounts", "a"): value}, ())
    return database


async def change(transaction: Transaction, row_id: str, value: str) -> object:
    """Locks the row, writes it and commits; returns what it found."""
    found = await transaction.lock("accounts", row_id)
    await stand_at(Point("write"))
    await transaction.write("accounts", row_id, value)
    transaction.commit()
    return found


def test_not_seen_by_others_until_it_is_committed() -> None:
    database = with_row()
    writer, reader = database.transaction(), database.transaction()
    complete(writer.write("accounts", "a", "new"))
    assert reader.read("accounts", "a") == "old"
    assert writer.read("accounts", "a") == "new"

    writer.commit()
    assert reader.read("accounts", "a") == "new"


def test_waits_for_the_holder_and_finds_what_it_left_when_a_row_is_locked() -> None:
    database = with_row()
    first = Run(change(database.transaction(), "a", "first"))
    second = Run(change(database.transaction(), "a", "second"))
    assert second.blocked

    first.finish()
    assert second.finish() == "first"
    assert database.committed("accounts")["a"] == "second"


def test_not_there_and_not_waited_for_when_a_row_is_locked_that_is_not_yet_committed() -> None:
    database = MemoryDatabase()
    assert complete(database.transaction().insert("accounts", "a", "new"))
    assert complete(database.transaction().lock("accounts", "a")) is None


def test_waits_and_inserts_nothing_when_somebody_is_inserting_the_same_id() -> None:
    database = MemoryDatabase()
    inserting = database.transaction()
    complete(inserting.insert("accounts", "a", "first"))
    twin = Run(database.transaction().insert("accounts", "a", "second"))
    assert twin.blocked

    inserting.commit()
    assert twin.finish() is False


def test_inserts_when_the_one_before_is_rolled_back() -> None:
    database = MemoryDatabase()
    inserting = database.transaction()
    complete(inserting.insert("accounts", "a", "first"))
    twin = Run(database.transaction().insert("accounts", "a", "second"))

    inserting.end()
    assert twin.finish() is True


def test_nothing_is_left_but_a_gap_in_the_positions_when_an_append_is_rolled_back() -> None:
    database = MemoryDatabase()
    lost, kept = database.transaction(), database.transaction()
    complete(lost.append([event()]))
    lost.end()
    complete(kept.append([event()]))
    kept.commit()

    assert [(stored.position, stored.version) for stored in database.events] == [(2, 1)]


def test_waits_when_another_transaction_has_appended_and_not_committed() -> None:
    database = MemoryDatabase()
    first = database.transaction()
    complete(first.append([event()]))
    second = Run(database.transaction().append([event("account-2", command_id=OTHER)]))
    assert second.blocked

    first.commit()
    assert second.finish() == 2


@pytest.mark.parametrize(
    "twin", [event(command_id=OTHER), event(stream="account-2")], ids=["of a version", "of a command"]
)
def test_refused_when_an_event_has_a_twin(twin: StoredEvent) -> None:
    database = MemoryDatabase()
    first = database.transaction()
    complete(first.append([event()]))
    first.commit()

    with pytest.raises(UniqueViolation):
        complete(database.transaction().append([twin]))


def test_commands_have_no_twins_when_the_database_does_not_remember() -> None:
    database = MemoryDatabase(remembers=False)
    for stored in (event(), replace(event(), version=2)):
        transaction = database.transaction()
        complete(transaction.append([stored]))
        transaction.commit()

    assert [stored.version for stored in database.events] == [1, 2]


def test_stuck_when_two_wait_for_each_other() -> None:
    database = with_row()
    database.take_over({("accounts", "b"): "old"}, ())

    async def both(first: str, second: str) -> None:
        transaction = database.transaction()
        await transaction.lock("accounts", first)
        await stand_at(Point("between"))
        await transaction.lock("accounts", second)

    with pytest.raises(Stuck, match="deadlock"):
        interleave([Run(both("a", "b")), Run(both("b", "a"))], lambda ready: ready[0])
