from notification_gateway.cursors import BEGINNING, Cursor
from notification_gateway.history import FirstPositions, History
from tests.unit.notification_gateway.entries import entry


def test_copy_is_known_when_the_id_came_before_at_another_position() -> None:
    known = FirstPositions(10)
    assert known.record(entry(0))
    assert not known.record(entry(5, number=0))
    assert known.record(entry(0))
    assert known.is_copy(entry(5, number=0))
    assert not known.is_copy(entry(7))


def test_oldest_ids_are_forgotten_when_there_are_too_many() -> None:
    known = FirstPositions(2)
    for offset in range(3):
        known.record(entry(offset))
    assert known.full
    assert known.record(entry(9, number=0))
    assert not known.record(entry(9, number=2))


def test_oldest_events_go_when_there_are_too_many_bytes() -> None:
    size = len(entry(0).raw)
    history = History(0, 3 * size)
    for offset in range(5_000):
        history.append(entry(offset))
    assert [each.position for each in history.newest()] == [entry(n).position for n in (4_999, 4_998, 4_997)]
    assert history.covers(entry(4_996).position)
    assert not history.covers(entry(4_995).position)
    assert history.knows(entry(4_998).cursor)
    assert not history.knows(entry(4_996).cursor)
    assert [each.cursor for each in history.after(entry(4_997).position, 1, 10**6)] == [entry(4_998).cursor]


def test_cursor_is_unknown_when_another_event_is_at_its_place() -> None:
    history = History(0, 10**6)
    history.append(entry(4))
    assert not history.knows(Cursor(entry(4).position, entry(5).event_id))


def test_beginning_is_covered_when_nothing_was_dropped_before() -> None:
    assert History(0, 10**6).knows(BEGINNING)
    truncated = History(7, 10**6)
    assert not truncated.knows(BEGINNING)
    assert truncated.knows(truncated.head)
    assert str(truncated.head) == "0"


def test_slice_ends_when_it_has_enough_bytes_but_never_before_the_first() -> None:
    history = History(0, 10**6)
    for offset in range(9):
        history.append(entry(offset))
    size = len(entry(0).raw)
    assert len(history.after(-1, 9, 3 * size)) == 3
    assert len(history.after(-1, 9, 1)) == 1
    assert len(history.after(-1, 9, 10**6)) == 9
