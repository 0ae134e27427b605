"""Inbox slots: by the day of the id, each emptied long before it is needed again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.database.schema import INBOX_SLOTS
from shared.eventsourcing.ids import event_id, new_id
from shared.messaging.inbox import slot_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@given(st.uuids())
def test_every_id_has_a_slot(made: UUID) -> None:
    assert 0 <= slot_of(made) < INBOX_SLOTS


def test_slots_take_turns_day_by_day_when_time_passes() -> None:
    days = [
        slot_of(event_id(new_id(), "order-1", 0, NOON + timedelta(days=day)))
        for day in range(2 * INBOX_SLOTS)
    ]
    assert days[:INBOX_SLOTS] == days[INBOX_SLOTS:]
    assert sorted(days[:INBOX_SLOTS]) == list(range(INBOX_SLOTS))


def test_ids_of_one_day_share_a_slot_when_hours_differ() -> None:
    midnight = NOON.replace(hour=0)
    hours = {
        slot_of(event_id(new_id(), "order-1", 0, midnight + timedelta(hours=hour))) for hour in range(24)
    }
    assert len(hours) == 1
