from datetime import UTC, datetime

from notification_gateway.resources import summary_of
from notification_gateway.window import Window
from tests.unit.notification_gateway.entries import entry

NOW = datetime(2026, 7, 1, 12, 10, 30, tzinfo=UTC)


def test_summary_counts_the_last_minutes_alone_when_events_are_older_too() -> None:
    window = Window()
    window.count(entry(0, time="2026-07-01T11:40:00Z"))
    window.count(entry(1, time="2026-07-01T12:09:59Z"))
    window.count(entry(2, time="2026-07-01T14:09:58+02:00", type="order.confirmed"))
    window.count(entry(3, time="2026-07-01T12:10:01Z", type="order.failed", reason="out_of_stock"))
    window.count(entry(4, time="2026-07-01T12:10:02Z", type="order.cancelled", reason="expired"))
    found = summary_of(window, NOW, whole_stream=False)
    assert found.window.complete
    assert found.events == 4
    assert found.by_type == {
        "order.cancelled": 1,
        "order.confirmed": 1,
        "order.created": 1,
        "order.failed": 1,
    }
    assert found.outcomes.failed == {"out_of_stock": 1}
    assert found.outcomes.cancelled == {"expired": 1}
    last, current = found.orders_per_minute[-2:]
    assert (last.minute.minute, last.placed, last.confirmed) == (9, 1, 1)
    assert (current.minute.minute, current.failed, current.cancelled) == (10, 1, 1)
    assert len(found.orders_per_minute) == 16


def test_summary_says_since_when_it_counts_when_the_gateway_remembers_less() -> None:
    window = Window()
    window.count(entry(0, time="2026-07-01T12:08:00Z"))
    part = summary_of(window, NOW, whole_stream=False)
    assert not part.window.complete
    assert part.window.start == datetime(2026, 7, 1, 12, 8, tzinfo=UTC)
    assert summary_of(window, NOW, whole_stream=True).window.complete


def test_little_is_kept_when_times_are_absurd() -> None:
    window = Window()
    window.count(entry(0, time="2026-07-01T12:09:00Z"))
    for hour in range(24):
        for minute in range(0, 60, 2):
            window.count(entry(1, time=f"2027-07-01T{hour:02}:{minute:02}:00Z"))
    assert len(window.minutes(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))) <= 60
