"""The rows that a service keeps, described once: which table, what it holds, and which events it is folded from.

The platform locks, loads and writes them; a service says what they mean. `state` is the whole truth of a row, kept
as jsonb; columns to search by are generated from it in the migration.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter

S = TypeVar("S")
E = TypeVar("E")

IdType = Literal["uuid", "text"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Table(Generic[S]):
    """A table of rows `(id, version, state, created_at, updated_at)`; a row of version 0 does not exist yet.

    `state_type` is a frozen dataclass of the domain, `initial` its value before anything happened.
    """

    name: str
    id_type: IdType
    state_type: type[S]
    initial: S
    adapter: TypeAdapter[S] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "adapter", TypeAdapter(self.state_type))


@dataclass(frozen=True, eq=False, kw_only=True)
class Aggregate(Table[S], Generic[S, E]):
    """A table whose rows are the folds of their streams, one stream `<prefix>-<id>` per row.

    `events` maps the names that are on disk to the domain's event classes: add names, never edit one.
    """

    prefix: str
    events: Mapping[str, type[E]]
    evolve: Callable[[S, E], S]

    def __post_init__(self) -> None:
        super().__post_init__()
        if "-" in self.prefix:
            raise ValueError(f"{self.prefix!r} has a hyphen, which ends the prefix in a stream's name")

    def stream(self, row_id: str) -> str:
        return f"{self.prefix}-{row_id}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Projection(Table[S]):
    """A table folded from the events of several streams, in position order.

    `keys(row_id, event)` names the rows that an event of the stream of `row_id` concerns (most events: none);
    `project(state, key, event)` is the row's state after it.
    """

    keys: Callable[[str, Any], Iterable[str]]
    project: Callable[[S, str, Any], S]


@dataclass(frozen=True, slots=True)
class Row(Generic[S]):
    """A row as a batch sees it: what was loaded, and what has been decided since. Times are of its first and last event."""

    version: int
    state: S
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Rows:
    """Every row that a batch has loaded. Decisions of one batch see the effects of those before them."""

    def __init__(self, under: "Rows | None" = None) -> None:
        self._under = under
        self._rows: dict[tuple[str, str], Row[Any]] = {}

    def row(self, table: Table[S], row_id: str) -> Row[S]:
        """The row, or version 0 with the initial state. KeyError when the batch did not ask for it: a bug."""
        found = self._rows.get((table.name, row_id))
        if found is None:
            if self._under is None:
                raise KeyError(f"{table.name} {row_id} was not asked for")
            return self._under.row(table, row_id)
        return found

    def state(self, table: Table[S], row_id: str) -> S:
        return self.row(table, row_id).state

    def put(self, table: Table[S], row_id: str, row: Row[S]) -> None:
        self._rows[table.name, row_id] = row

    def over(self) -> "Rows":
        """An empty layer over this one, to try a decision on."""
        return Rows(self)

    def absorb(self, layer: "Rows") -> None:
        """Takes over what was decided on a layer."""
        self._rows.update(layer._rows)

    def items(self) -> Iterable[tuple[tuple[str, str], Row[Any]]]:
        """What lies in this layer: `(table's name, row id)` and row."""
        return self._rows.items()
