"""Events by the names that are on disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventsourcing.codec import Codec, UnknownEventType, UpcastFailed
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.rows import Aggregate
from shared.eventsourcing.store import EventStore, recorded_of


class Shade(Enum):
    PALE = "pale"


@dataclass(frozen=True, slots=True)
class Part:
    amount: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    id: UUID
    at: datetime
    parts: tuple[Part, ...]
    prices: Mapping[str, int]
    shade: Shade = Shade.PALE


@dataclass(frozen=True, slots=True)
class Ended:
    pass


Event = Happened | Ended


def aggregate(events: Mapping[str, type[Event]], prefix: str = "thing") -> Aggregate[int, Event]:
    return Aggregate(
        name="things",
        id_type="uuid",
        state_type=int,
        initial=0,
        prefix=prefix,
        events=events,
        evolve=lambda state, event: state + 1,
    )


CODEC = Codec([aggregate({"thing.happened": Happened, "thing.ended": Ended})])

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
happenings = st.builds(
    Happened,
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.builds(Part, st.integers(-(2**63), 2**63), st.none() | text), max_size=3).map(tuple),
    st.dictionaries(text, st.integers(), max_size=3),
)


@dataclass(frozen=True, slots=True)
class Sold:
    """As it is stored today."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Sold2:
    amount: int

    def upcast(self) -> Sold:
        return Sold(self.amount, "USD")


@dataclass(frozen=True, slots=True)
class Sold1:
    dollars: int

    def upcast(self) -> Sold2:
        return Sold2(self.dollars * 100)


@dataclass(frozen=True, slots=True)
class Odd:
    dollars: int

    def upcast(self) -> Sold2:
        return Sold2(1 // self.dollars)


SALES = Codec(
    [
        Aggregate(
            name="things",
            id_type="uuid",
            state_type=int,
            initial=0,
            prefix="thing",
            events={"thing.sold": Sold1, "thing.sold.2": Sold2, "thing.sold.3": Sold, "thing.odd": Odd},
            evolve=lambda state, event: state + 1,
        )
    ]
)
METADATA = (
    '{"actor": {"subject": "ann", "role": "staff"}, "customer_id": null,'
    ' "correlation_id": "01a1fee7-8306-763c-821d-3d3614659a1a",'
    ' "causation_id": "01a1fee7-8306-763c-821d-3d3614659a1a"}'
)


@given(happenings | st.builds(Ended))
def test_event_comes_back_equal_when_encoded_and_decoded(event: Event) -> None:
    name = CODEC.name(event)
    assert CODEC.decode(name, CODEC.encode(name, event)) == event


def test_name_is_refused_when_no_event_has_it() -> None:
    with pytest.raises(UnknownEventType, match=r"thing\.other"):
        CODEC.decode("thing.other", "{}")


def test_event_is_refused_when_it_has_no_name() -> None:
    with pytest.raises(UnknownEventType, match="Part"):
        CODEC.name(Part(1))


@pytest.mark.parametrize(
    "others", [{"thing.happened": Ended}, {"thing.over": Happened}], ids=["name", "event"]
)
def test_codec_is_refused_when_a_name_or_event_is_declared_twice(others: Mapping[str, type[Event]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        Codec([aggregate({"thing.happened": Happened}), aggregate(others)])


def test_prefix_is_refused_when_it_has_a_hyphen() -> None:
    with pytest.raises(ValueError, match="hyphen"):
        aggregate({}, prefix="odd-thing")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("thing.sold", '{"dollars": 5}'),
        ("thing.sold.2", '{"amount": 500}'),
        ("thing.sold.3", '{"amount": 500, "currency": "USD"}'),
    ],
)
def test_event_is_read_as_the_newest_when_it_was_stored_in_any_version(name: str, stored: str) -> None:
    columns = (7, new_id(), "thing-1", 1, name, stored, METADATA, new_id(), datetime.now(UTC))
    recorded = recorded_of(SALES, columns)
    assert (recorded.type, recorded.event) == ("thing.sold.3", Sold(500, "USD"))
    assert recorded.actor == Actor("ann", "staff")
    assert EventStore(SALES).data(recorded) == {"amount": 500, "currency": "USD"}
    assert SALES.is_newest(name) is (name == "thing.sold.3")


def test_event_is_unreadable_when_its_upcast_raises() -> None:
    with pytest.raises(UpcastFailed, match=r"thing\.odd.*ZeroDivisionError"):
        SALES.decode("thing.odd", '{"dollars": 0}')
