import pytest

from notification_gateway.cursors import BEGINNING, LONGEST, Cursor, NotACursor, position_of
from tests.unit.notification_gateway.entries import entry

ID = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("cursor", [BEGINNING, Cursor(0, ID), Cursor(position_of(10**17, 99), ID)])
def test_cursor_is_the_same_when_it_was_written_and_read(cursor: Cursor) -> None:
    assert Cursor.parse(str(cursor)) == cursor


def test_cursor_names_offset_index_and_event_when_written() -> None:
    assert str(Cursor(position_of(7, 3), ID)) == f"7.3.{ID}"


def test_longest_cursor_fits_the_limit_when_numbers_are_as_large_as_they_get() -> None:
    longest = f"{10**18 - 1}.{10**6 - 1}.{ID}"
    assert len(longest) == LONGEST
    assert str(Cursor.parse(longest)) == longest


@pytest.mark.parametrize(
    "text",
    ["", "1", "00", "-1.0." + ID, "1.0", "01.0." + ID, "1.0." + ID.upper() + "x", "1.0.x", "1.9999999." + ID],
)
def test_text_is_refused_when_it_is_no_cursor(text: str) -> None:
    with pytest.raises(NotACursor):
        Cursor.parse(text)


def test_positions_rise_when_events_follow_each_other() -> None:
    assert position_of(1, 0) < position_of(1, 1) < position_of(2, 0) == entry(2).position
