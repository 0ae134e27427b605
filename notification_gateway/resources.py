"""What the gateway's HTTP clients get."""

from collections import Counter
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from notification_gateway.queues import QueueState
from notification_gateway.window import CANCELLED, CONFIRMED, FAILED, LENGTH, PLACED, Window
from shared.contracts import CloudEvent


class Resource(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EventItem(Resource):
    cursor: str = Field(description="Behind this event: for `after`, or for `subscribe` on the socket.")
    event: CloudEvent


class EventPage(Resource):
    """Events in the order of the stream."""

    items: list[EventItem]
    next_cursor: str | None = Field(
        description="More is there, or may be: ask again with `after` set to it. Null at the end of the stream."
    )
    cursor: str = Field(description="How far this page has looked: from here later events are found.")


class Span(Resource):
    """Only what the gateway heard between these times is counted; totals are the order service's."""

    start: AwareDatetime
    end: AwareDatetime
    complete: bool = Field(description="False while the gateway remembers less than the whole 15 minutes.")


class OrdersOfMinute(Resource):
    minute: AwareDatetime
    placed: int
    confirmed: int
    failed: int
    cancelled: int


class Outcomes(Resource):
    """How orders ended. An order confirmed first and cancelled later counts in both."""

    confirmed: int
    failed: dict[str, int] = Field(description="By reason.")
    cancelled: dict[str, int] = Field(description="By reason.")


class Summary(Resource):
    """The recent window in numbers."""

    window: Span
    events: int
    by_type: dict[str, int]
    orders_per_minute: list[OrdersOfMinute] = Field(
        description="Oldest first; the first and the last are partial."
    )
    outcomes: Outcomes


class QueueResource(Resource):
    """Rates are messages per second, as the broker last measured them; a message holds up to 100 events."""

    name: str
    kind: str
    ready: int
    unacknowledged: int
    consumers: int
    published_per_s: float
    delivered_per_s: float
    acknowledged_per_s: float


class QueueList(Resource):
    items: list[QueueResource]


def summary_of(window: Window, now: datetime, *, whole_stream: bool) -> Summary:
    """`whole_stream`: whether nothing older than the window's first event was ever there."""
    start = now.replace(second=0, microsecond=0) - LENGTH
    minutes = window.minutes(start, now)
    reaches_back = whole_stream or (window.since is not None and window.since <= start)
    begin = start if reaches_back or window.since is None else window.since
    by_type: dict[str, int] = {}
    outcomes: dict[str, dict[str, int]] = {FAILED: {}, CANCELLED: {}}
    for minute in minutes.values():
        for name, count in minute.by_type.items():
            by_type[name] = by_type.get(name, 0) + count
        for (name, reason), count in minute.reasons.items():
            outcomes[name][reason] = outcomes[name].get(reason, 0) + count
    present = [start + timedelta(minutes=number) for number in range(int(LENGTH / timedelta(minutes=1)) + 1)]
    counts = {at: minutes[at].by_type if at in minutes else Counter[str]() for at in present}
    return Summary(
        window=Span(start=begin, end=now, complete=reaches_back),
        events=sum(by_type.values()),
        by_type=dict(sorted(by_type.items())),
        orders_per_minute=[
            OrdersOfMinute(
                minute=at,
                placed=count[PLACED],
                confirmed=count[CONFIRMED],
                failed=count[FAILED],
                cancelled=count[CANCELLED],
            )
            for at, count in counts.items()
        ],
        outcomes=Outcomes(
            confirmed=by_type.get(CONFIRMED, 0), failed=outcomes[FAILED], cancelled=outcomes[CANCELLED]
        ),
    )


def queue_resource(state: QueueState) -> QueueResource:
    return QueueResource(
        name=state.name,
        kind=state.kind,
        ready=state.ready,
        unacknowledged=state.unacknowledged,
        consumers=state.consumers,
        published_per_s=state.published_per_s,
        delivered_per_s=state.delivered_per_s,
        acknowledged_per_s=state.acknowledged_per_s,
    )
