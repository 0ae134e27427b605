"""How a service's deciders are reached: which rows a command needs, in which order they are locked, what came out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Aggregate, Rows, Table

C = TypeVar("C")


class Access(Enum):
    """What a command does with a row.

    FRESH: its id was just made, so nobody else can know it: no look-up, no lock.
    CREATE: it may not exist yet; a placeholder is inserted so that two instances cannot both create it.
    LOCK: it is changed if it exists. READ: it is looked at, as last committed, without a lock.
    """

    FRESH = "fresh"
    CREATE = "create"
    LOCK = "lock"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Touch:
    row_id: str
    access: Access


@dataclass(frozen=True)
class Step(Generic[C]):
    """One table in the lock order, and which of its rows a command needs, given the rows of the steps before."""

    table: Table[Any]
    touches: Callable[[C, Rows], Iterable[Touch]]


@dataclass(frozen=True, slots=True)
class Change:
    """One event to append to the stream of one aggregate's row."""

    aggregate: Aggregate[Any, Any]
    row_id: str
    event: Any


@dataclass(frozen=True, slots=True)
class Copied:
    """A row of a copy of somebody else's data, as it shall be: no event of ours stands behind it."""

    table: Table[Any]
    row_id: str
    version: int
    state: Any


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command came to: events, or a refusal (a value of the domain), or nothing at all (a repeat)."""

    changes: Sequence[Change] = ()
    copies: Sequence[Copied] = ()
    refusal: Any = None


@dataclass(frozen=True)
class Model(Generic[C]):
    """A service as the platform handles it: its tables in lock order and the way from a command to its decision.

    Source of the lock order: rows of reservations, payments or orders first, then products, each sorted by id.
    """

    steps: Sequence[Step[C]]
    decide: Callable[[C, Context, Rows], Decision]
    aggregates: Sequence[Aggregate[Any, Any]] = field(init=False)

    def __post_init__(self) -> None:
        tables = [step.table for step in self.steps]
        object.__setattr__(self, "aggregates", [table for table in tables if isinstance(table, Aggregate)])
