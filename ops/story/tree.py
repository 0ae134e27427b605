"""The causal tree of a story: each event under the event that caused it, and at the roots the requests."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.story.archive import StoryEvent


@dataclass(frozen=True, slots=True)
class Node:
    event: StoryEvent
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Root:
    """What is not an event of the story: a request of `by`, or (None) a cause that a silent service keeps to itself."""

    cause: str
    by: str | None
    children: tuple[Node, ...]

    @property
    def time(self) -> datetime:
        return self.children[0].event.time


def grow(events: Iterable[StoryEvent]) -> tuple[Root, ...]:
    """The roots in the order of time; so are the children of each event."""
    told = sorted(events, key=lambda event: (event.time, event.service, event.version))
    ids = {event.id for event in told}
    caused: dict[str, list[StoryEvent]] = defaultdict(list)
    for event in told:
        caused[event.cause].append(event)
    requests = {cause: effects for cause, effects in caused.items() if cause not in ids}
    return tuple(
        Root(cause, effects[0].by if effects[0].by_person else None, _nodes(effects, caused))
        for cause, effects in requests.items()
    )


def placed_at(events: Sequence[StoryEvent]) -> datetime:
    """When the order was placed; without that event, the time of the first that there is."""
    placed = (event.time for event in events if event.type == "order.created")
    return next(placed, None) or min(event.time for event in events)


def milliseconds(since: datetime, time: datetime) -> int:
    return round((time - since).total_seconds() * 1000)


def _nodes(events: Iterable[StoryEvent], caused: dict[str, list[StoryEvent]]) -> tuple[Node, ...]:
    """Takes what it hangs up out of `caused`, so that each event stands in one place alone."""
    return tuple(Node(event, _nodes(caused.pop(event.id, ()), caused)) for event in events)
