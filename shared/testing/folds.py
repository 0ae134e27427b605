"""Is what is kept what happened? Rows against the events of their streams (I5, I7 of the saga)."""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.eventsourcing.decisions import Model
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Aggregate, Projection, Row
from shared.testing.service import MemoryService

Folded = Aggregate[Any, Any] | Projection[Any]


def disagreements(service: MemoryService[Any]) -> list[str]:
    """One sentence for each row that is not the fold of its events, and for each gap; none when all is well."""
    events = service.recorded()
    found = gaps(events)
    for table in tables(service.model):
        folded = _fold(table, events)
        kept = service.rows(table)
        for row_id in folded.keys() | kept.keys():
            if folded.get(row_id) != kept.get(row_id):
                found.append(f"{table.name} {row_id}: kept {kept.get(row_id)}, folded {folded.get(row_id)}")
    return found


def gaps(events: Iterable[Recorded]) -> list[str]:
    """Streams whose versions are not 1, 2, 3, or whose time goes back."""
    found: list[str] = []
    last: dict[str, Recorded] = {}
    for event in events:
        before = last.get(event.stream)
        if event.version != (before.version if before else 0) + 1:
            found.append(f"{event.stream}: version {event.version} after {before and before.version}")
        if before and event.time < before.time:
            found.append(f"{event.stream}: version {event.version} is earlier than the one before")
        last[event.stream] = event
    return found


def tables(model: Model[Any]) -> Sequence[Folded]:
    """The tables of which every row is a fold; copies of other services' data are not."""
    projections = [step.table for step in model.steps if isinstance(step.table, Projection)]
    return [*model.aggregates, *projections]


def _fold(table: Folded, events: Iterable[Recorded]) -> dict[str, Row[Any]]:
    rows: dict[str, Row[Any]] = {}
    for event in events:
        for row_id in _concerned(table, event):
            row = rows.get(row_id, Row(0, table.initial))
            rows[row_id] = Row(
                row.version + 1,
                _after(table, row.state, row_id, event),
                row.created_at or event.time,
                event.time,
            )
    return rows


def _concerned(table: Folded, event: Recorded) -> Iterable[str]:
    if isinstance(table, Projection):
        return table.keys(event.row_id, event.event)
    return (event.row_id,) if event.stream == table.stream(event.row_id) else ()


def _after(table: Folded, state: Any, row_id: str, event: Recorded) -> Any:
    if isinstance(table, Projection):
        return table.project(state, row_id, event.event)
    return table.evolve(state, event.event)
