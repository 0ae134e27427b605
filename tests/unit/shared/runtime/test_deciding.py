"""One command to its events and rows, in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Change, Copied, Decision, Model, Step
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.rows import Aggregate, Projection, Row, Rows, Table
from shared.runtime.deciding import Decider

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
COMMAND_ID = UUID("0197f3a0-0000-7000-8000-000000000001")
CONTEXT = Context(COMMAND_ID, COMMAND_ID, COMMAND_ID, Actor("a", "staff"), NOW, "c-1")


@dataclass(frozen=True, slots=True)
class Counted:
    by: int


@dataclass(frozen=True, slots=True)
class Count:
    value: int = 0


def evolve(count: Count, event: Counted) -> Count:
    if event.by < 0:
        raise ValueError("downwards")
    return Count(count.value + event.by)


def everything(row_id: str, _: object) -> Iterable[str]:
    return ("all",)


COUNTERS: Aggregate[Count, Counted] = Aggregate(
    name="counters",
    id_type="text",
    state_type=Count,
    initial=Count(),
    prefix="counter",
    events={"counter.counted": Counted},
    evolve=evolve,
)
TOTAL: Projection[Count] = Projection(
    name="total",
    id_type="text",
    state_type=Count,
    initial=Count(),
    keys=everything,
    project=lambda count, key, event: Count(count.value + event.by),
)
NOTES: Table[Count] = Table(name="notes", id_type="text", state_type=Count, initial=Count())

Command = list[Change | Copied]


def decide(command: Command, _: Context, rows: Rows) -> Decision:
    return Decision(
        changes=[part for part in command if isinstance(part, Change)],
        copies=[part for part in command if isinstance(part, Copied)],
    )


MODEL: Model[Command] = Model(
    steps=[Step(table, lambda command, rows: ()) for table in (COUNTERS, TOTAL, NOTES)], decide=decide
)
DECIDER = Decider(MODEL, Codec(MODEL.aggregates))


def loaded(updated_at: datetime | None = None) -> Rows:
    rows = Rows()
    version = 0 if updated_at is None else 3
    rows.put(COUNTERS, "a", Row(version, Count(version), updated_at, updated_at))
    rows.put(COUNTERS, "b", Row(0, Count()))
    rows.put(TOTAL, "all", Row(0, Count()))
    rows.put(NOTES, "n", Row(0, Count()))
    return rows


def counted(row_id: str, by: int) -> Change:
    return Change(COUNTERS, row_id, Counted(by))


def test_versions_times_and_projection_follow_when_one_command_has_several_events() -> None:
    _, events, layer = DECIDER.decide([counted("a", 1), counted("b", 2), counted("a", 3)], CONTEXT, loaded())
    assert [(event.stream, event.version) for event in events] == [
        ("counter-a", 1),
        ("counter-b", 1),
        ("counter-a", 2),
    ]
    assert layer.row(COUNTERS, "a") == Row(2, Count(4), NOW, NOW)
    assert layer.row(TOTAL, "all") == Row(3, Count(6), NOW, NOW)
    assert len({event.id for event in events}) == 3
    assert {event.time for event in events} == {NOW}


def test_time_is_that_of_the_last_event_when_the_clock_is_behind() -> None:
    later = NOW + timedelta(seconds=5)
    _, [event], layer = DECIDER.decide([counted("a", 1)], CONTEXT, loaded(updated_at=later))
    assert event.time == later
    assert layer.row(COUNTERS, "a") == Row(4, Count(4), later, later)


def test_ids_are_the_same_when_the_same_command_is_decided_again() -> None:
    once, again = (DECIDER.decide([counted("a", 1), counted("b", 1)], CONTEXT, loaded())[1] for _ in range(2))
    assert [event.id for event in once] == [event.id for event in again]


def test_rows_are_as_they_were_when_folding_raises_half_way() -> None:
    rows = loaded()
    with pytest.raises(ValueError, match="downwards"):
        DECIDER.decide([counted("a", 1), counted("a", -1)], CONTEXT, rows)
    assert rows.row(COUNTERS, "a") == Row(0, Count())
    assert rows.row(TOTAL, "all") == Row(0, Count())


def test_row_is_a_bug_when_the_batch_did_not_load_it() -> None:
    with pytest.raises(KeyError):
        DECIDER.decide([counted("c", 1)], CONTEXT, loaded())


def test_copy_has_the_version_of_its_source_and_no_event_when_copied() -> None:
    _, events, layer = DECIDER.decide([Copied(NOTES, "n", 7, Count(9))], CONTEXT, loaded())
    assert events == []
    assert layer.row(NOTES, "n") == Row(7, Count(9), NOW, NOW)
