"""What the three services know of one order: its state in each, and every event with what caused it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.desks import Desk, Json, Refused, Silent, address
from ops.stack.added import OWN


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One stored event. `cause` is the id of the event, or of the request, that led to it.

    `by` is who asked for it: a person, or a service that reacted (`by_person` tells). `published`: the broker has
    confirmed it; an event that concerns its service alone never is.
    """

    id: str
    service: str
    type: str
    version: int
    time: datetime
    data: Mapping[str, Any]
    by: str
    by_person: bool
    cause: str
    published: bool


@dataclass(frozen=True, slots=True)
class Story:
    """`order`, `payment` and `reservation` are the resources, None where a service has not heard of the order.

    `missing` has a sentence for each service that could not be asked.
    """

    order_id: str
    order: Json | None
    payment: Json | None
    reservation: Json | None
    events: tuple[StoryEvent, ...]
    missing: Mapping[str, str]


class Archive:
    """Reads stories from the services of this home, or from those at `addresses` by service."""

    def __init__(self, addresses: Mapping[str, str] | None = None) -> None:
        urls = addresses or {service: address(service) for service in OWN}
        self._desks = {service: Desk(service, urls[service]) for service in OWN}

    def story(self, order_id: str) -> Story:
        """As it is now. Silent services are named in `missing`; StackError for what they refuse."""
        story = self._read(order_id)
        if not story.missing and unexplained(story.events):
            # It went on while we read. A cause is committed before its effect, so it is there by now.
            story = self._read(order_id)
        return story

    def _read(self, order_id: str) -> Story:
        found: dict[str, Json | None] = dict.fromkeys(OWN)
        events: list[StoryEvent] = []
        missing: dict[str, str] = {}
        for service in OWN:
            try:
                found[service] = self._resource(service, order_id)
                if (resource := found[service]) is not None:
                    events += self._history(service, resource, order_id)
            except Silent as silence:
                missing[service] = str(silence)
        return Story(order_id, found["order"], found["payment"], found["inventory"], tuple(events), missing)

    def _resource(self, service: str, order_id: str) -> Json | None:
        desk = self._desks[service]
        if service == "payment":
            items = desk.ask("GET", "/payments", params={"order_id": order_id})["items"]
            return items[0] if items else None
        try:
            return desk.ask("GET", f"/{_PLACES[service]}/{order_id}")
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    def _history(self, service: str, resource: Json, order_id: str) -> Iterable[StoryEvent]:
        key = resource["id"] if service == "payment" else order_id
        items = self._desks[service].all_of(f"/{_PLACES[service]}/{key}/events")
        return (story_event(service, item) for item in items)


_PLACES = {"order": "orders", "payment": "payments", "inventory": "reservations"}


def story_event(service: str, item: Json) -> StoryEvent:
    """An item of a service's history."""
    return StoryEvent(
        id=item["id"],
        service=service,
        type=item["type"],
        version=item["version"],
        time=datetime.fromisoformat(item["time"]),
        data=item["data"],
        by=item["actor"]["subject"],
        by_person=item["actor"]["role"] != "service",
        cause=item["causation_id"],
        published=item["published"],
    )


def unexplained(events: Iterable[StoryEvent]) -> list[StoryEvent]:
    """Those that a service did because of something that is not among them."""
    told = list(events)
    ids = {event.id for event in told}
    return [event for event in told if not event.by_person and event.cause not in ids]
