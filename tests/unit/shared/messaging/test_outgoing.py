"""Stored events to messages: batches of one type that never overtake within a stream."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Contract
from shared.eventsourcing.ids import event_id
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from shared.messaging.outgoing import MAX_EVENTS, batched

NOW = datetime(2024, 5, 1, tzinfo=UTC)
COMMAND = UUID("0197f3a0-0000-7000-8000-000000000001")


class Red(Contract):
    type: ClassVar[str] = "colour.red"
    exchange: ClassVar[str] = "order_exchange"
    source: ClassVar[str] = "/colours"


class Blue(Red):
    type: ClassVar[str] = "colour.blue"


class Green(Red):
    type: ClassVar[str] = "colour.green"
    exchange: ClassVar[str] = "payment_exchange"


COLOURS: dict[str, Contract | None] = {"red": Red(), "blue": Blue(), "green": Green(), "private": None}


def history(story: list[tuple[str, int]]) -> list[Recorded]:
    versions: dict[int, int] = {}
    events: list[Recorded] = []
    for position, (colour, stream) in enumerate(story, 1):
        versions[stream] = versions.get(stream, 0) + 1
        events.append(
            Recorded(
                position=position,
                id=event_id(COMMAND, "order-1", position, NOW),
                stream=f"paint-{stream}",
                row_id=str(stream),
                version=versions[stream],
                type=colour,
                event=colour,
                command_id=COMMAND,
                correlation_id=COMMAND,
                causation_id=COMMAND,
                actor=Actor("a", "staff"),
                customer_id="c-1",
                time=NOW,
            )
        )
    return events


def publish(recorded: Recorded) -> Contract | None:
    return COLOURS[recorded.type]


stories = st.lists(st.tuples(st.sampled_from(sorted(COLOURS)), st.integers(0, 4)), max_size=60)


@given(stories)
def test_every_public_event_is_sent_once_in_its_streams_order_and_with_its_own_type(
    story: list[tuple[str, int]],
) -> None:
    events = history(story)
    messages = batched(events, publish)
    sent = [event for message in messages for event in orjson.loads(message.body)]
    public = [event for event in events if COLOURS[event.type] is not None]
    assert sorted(event["id"] for event in sent) == sorted(str(event.id) for event in public)
    for stream in {event.row_id for event in public}:
        versions = [event["streamversion"] for event in sent if event["subject"] == stream]
        assert versions == sorted(versions)
    for message in messages:
        own = orjson.loads(message.body)
        assert {event["type"] for event in own} == {message.type}
        assert message.count == len(own) <= MAX_EVENTS


def test_messages_are_full_when_there_are_many_of_one_type() -> None:
    messages = batched(history([("red", n) for n in range(250)]), publish)
    assert [message.count for message in messages] == [100, 100, 50]


def test_types_share_no_more_messages_than_needed_when_streams_take_turns() -> None:
    """A stream that changes its type closes one batch, not all."""
    messages = batched(history([("red", 1), ("blue", 2), ("green", 3), ("blue", 1), ("red", 4)]), publish)
    assert [(message.type, message.count) for message in messages] == [
        ("colour.red", 1),
        ("colour.blue", 2),
        ("colour.green", 1),
        ("colour.red", 1),
    ]


def test_message_ids_differ_when_messages_do() -> None:
    messages = batched(history([("red", n) for n in range(250)]), publish)
    assert len({message.message_id for message in messages}) == 3
