"""Ids that are made again come out the same, and keep their time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.eventsourcing import ids

moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
sources = st.uuids(version=4)


@given(sources, st.text(max_size=20))
def test_derived_id_is_always_the_same_version_7_of_the_same_time(source: ids.UUID, purpose: str) -> None:
    derived = ids.derived_id(source, purpose)
    assert derived == ids.derived_id(source, purpose)
    assert (derived.version, derived.variant) == (7, source.variant)
    assert ids.id_milliseconds(derived) == ids.id_milliseconds(source)


@given(sources, st.integers(0, 32_767), moments)
def test_event_id_tells_its_time_and_differs_by_command_and_index(
    command: ids.UUID, index: int, now: datetime
) -> None:
    made = ids.event_id(command, "order-1", index, now)
    assert made == ids.event_id(command, "order-1", index, now)
    assert made != ids.event_id(command, "order-1", index + 1, now)
    assert made != ids.event_id(command, "payment-1", index, now)
    assert made.version == 7
    told = datetime.fromtimestamp(ids.id_milliseconds(made) / 1000, UTC)
    assert abs(told - now) <= timedelta(milliseconds=1)


def test_purposes_have_ids_of_their_own_when_derived_from_one_source() -> None:
    source = ids.new_id()
    assert len({ids.derived_id(source, purpose) for purpose in ("payment", "refund 1", "refund 2", "")}) == 4


def test_new_ids_rise_when_made_one_after_another() -> None:
    made = [ids.new_id() for _ in range(1_000)]
    assert made == sorted(made)
    assert len(set(made)) == 1_000
