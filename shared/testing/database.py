"""A database in memory: rows and events as JSON text, row locks, READ COMMITTED.

Rows of every table are kept by `(table, id)`. What a transaction writes is seen by others when it commits, and whoever
wants a row that it has locked, or an id that it has inserted, waits for its end.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared.testing.stepping import Point, stand_at

Key = tuple[str, str]

_APPEND: Key = ("events", "append")


class UniqueViolation(Exception):
    """Another event has this place in its stream, or this place among the events of its command."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of the event table."""

    position: int
    id: UUID
    stream: str
    version: int
    type: str
    data: str
    metadata: str
    command_id: UUID
    command_index: int
    time: datetime


def jsonb(text: str) -> str:
    """The text as it comes back from a jsonb column: without its white space and its order of keys."""
    return orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS).decode()


class MemoryDatabase:
    """`remembers=False` leaves out the inbox and the uniqueness of commands: deciders alone stand against repeats."""

    def __init__(self, *, remembers: bool = True) -> None:
        self.remembers = remembers
        self.events: list[StoredEvent] = []
        self.holders: dict[Key, Transaction] = {}
        self._tables: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self._taken: set[tuple[object, int]] = set()
        self._last_position = 0

    def transaction(self) -> "Transaction":
        return Transaction(self)

    def committed(self, table: str) -> Mapping[str, Any]:
        """The rows of a table as everybody sees them."""
        return self._tables[table]

    def empty(self, table: str) -> None:
        self._tables[table].clear()

    def next_position(self) -> int:
        """As of a sequence: what is rolled back leaves a gap."""
        self._last_position += 1
        return self._last_position

    def is_taken(self, event: StoredEvent) -> bool:
        return not self._taken.isdisjoint(self._places(event))

    def take_over(self, written: Mapping[Key, Any], appended: Sequence[StoredEvent]) -> None:
        """What a transaction did is everybody's from here on."""
        for (table, row_id), value in written.items():
            if value is None:
                self._tables[table].pop(row_id, None)
            else:
                self._tables[table][row_id] = value
        self.events.extend(appended)
        self._taken.update(place for event in appended for place in self._places(event))

    def _places(self, event: StoredEvent) -> Sequence[tuple[object, int]]:
        """What only one event may have: its place in its stream, and its place among the events of its command."""
        stream = (event.stream, event.version)
        return (stream, (event.command_id, event.command_index)) if self.remembers else (stream,)


class Transaction:
    """One transaction. Values are immutable; None is a row that is not there."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._written: dict[Key, Any] = {}
        self._appended: list[StoredEvent] = []
        self._held: set[Key] = set()

    def read(self, table: str, row_id: str) -> Any:
        """The row as last committed, or as this transaction has written it."""
        key = table, row_id
        return self._written[key] if key in self._written else self._database.committed(table).get(row_id)

    async def lock(self, table: str, row_id: str) -> Any:
        """The row, held until the end. What is not there, or not yet for others, cannot be locked: None at once."""
        if self.read(table, row_id) is None:
            return None
        await self._hold((table, row_id))
        return self.read(table, row_id)

    async def insert(self, table: str, row_id: str, value: Any) -> bool:
        """False when it is there already. Waits for whoever is inserting the same."""
        key = table, row_id
        held = key in self._held
        await self._hold(key)
        if self.read(table, row_id) is not None:
            if not held:
                self._let_go(key)
            return False
        self._written[key] = value
        return True

    async def write(self, table: str, row_id: str, value: Any) -> None:
        await self._hold((table, row_id))
        self._written[table, row_id] = value

    async def append(self, events: Sequence[StoredEvent]) -> int:
        """Stores them at the next positions, which are in the order of commits: only one transaction at a time."""
        await self._hold(_APPEND)
        for event in events:
            if self._database.is_taken(event):
                raise UniqueViolation(f"{event.stream} {event.version}, or command {event.command_id}")
            self._appended.append(replace(event, position=self._database.next_position()))
        return self._appended[-1].position

    async def wait_for_appends(self) -> None:
        """Nobody else is between an append and its COMMIT, from here to the end of this transaction."""
        await self._hold(_APPEND)

    def commit(self) -> None:
        self._database.take_over(self._written, self._appended)
        self.end()

    def end(self) -> None:
        """Lets go of everything; what was not committed never was."""
        for key in list(self._held):
            self._let_go(key)
        self._written.clear()
        self._appended.clear()

    async def _hold(self, key: Key) -> None:
        holders = self._database.holders
        while (holder := holders.setdefault(key, self)) is not self:
            await stand_at(_until_let_go(key, holder, holders))
        self._held.add(key)

    def _let_go(self, key: Key) -> None:
        self._held.discard(key)
        del self._database.holders[key]


def _until_let_go(key: Key, holder: Transaction, holders: Mapping[Key, Transaction]) -> Point:
    return Point(f"wait for {' '.join(key)}", lambda: holders.get(key) is not holder)
