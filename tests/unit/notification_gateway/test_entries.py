import orjson

from notification_gateway.cursors import position_of
from notification_gateway.entries import LARGEST_EVENT, entries_of
from tests.unit.notification_gateway.entries import ORDER, entry, raw_event


def test_only_events_are_kept_when_a_message_holds_other_things() -> None:
    body = orjson.dumps(
        [
            raw_event(0),
            7,
            {**raw_event(1), "id": "x"},
            {**raw_event(2), "data": []},
            {**raw_event(6), "streamversion": "1"},
            {**raw_event(3), "subject": "s" * 201},
            raw_event(4, filler="x" * LARGEST_EVENT),
            raw_event(5),
        ]
    )
    assert [each.position for each in entries_of(9, body)] == [position_of(9, 0), position_of(9, 7)]


def test_nothing_is_kept_when_the_body_is_no_array() -> None:
    assert [entries_of(0, body) for body in (b"", b"{}", b"[", b"\xff")] == [[], [], [], []]


def test_item_is_the_event_as_it_came_when_it_is_sent() -> None:
    event = raw_event(1, total=4498)
    (found,) = entries_of(3, orjson.dumps([event]))
    assert orjson.loads(found.item) == {"cursor": f"3.0.{event['id']}", "event": event}


def test_event_belongs_to_its_order_and_customer_when_it_names_both() -> None:
    assert entry(0).rooms == (("order", ORDER), ("order", ORDER, "c-1"), ("customer", "c-1"))
