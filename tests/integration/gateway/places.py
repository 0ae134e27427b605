"""A client that follows several things over one socket and keeps a cursor for each, as docs/sockets.md has it."""

from dataclasses import dataclass, field
from typing import Any

from tests.integration.gateway.client import Client, Json
from tests.integration.gateway.publisher import Event


@dataclass
class Place:
    """One subscription; `held` has the id of each of its events once, in the order in which they came."""

    wanted: dict[str, str]
    cursor: str | None = None
    held: list[str] = field(default_factory=list[str])

    @property
    def kind(self) -> str:
        return "events" if "topic" in self.wanted else "event"

    def has(self, event: Event) -> bool:
        match self.wanted:
            case {"order_id": order}:
                return event["subject"] == order
            case {"customer_id": customer}:
                return event["customerid"] == customer
            case _:
                return True

    def hold(self, event: Event) -> None:
        if event["id"] not in self.held:
            self.held.append(event["id"])


class Places:
    """Each of `rooms`, over one connection after another."""

    def __init__(self, *rooms: dict[str, str]) -> None:
        self.places = [Place(room) for room in rooms]

    async def come_back(self, client: Client, *, reads: int | None = None) -> None:
        """Subscribes to all of them again. What comes after so many events is taken for lost with the connection."""
        joined: list[Place] = []
        left = reads

        def take(kind: str, item: Json) -> None:
            nonlocal left
            if left != 0:
                left = None if left is None else left - 1
                self._take(kind, item, joined)

        client.on_item = take
        for place in self.places:
            known: dict[str, Any] = {} if place.cursor is None else {"cursor": place.cursor}
            cursor = await client.subscribe(**place.wanted, **known)
            place.cursor = place.cursor or cursor
            joined.append(place)

    def _take(self, kind: str, item: Json, joined: list[Place]) -> None:
        concerned = [each for each in self.places if each.kind == kind and each.has(item["event"])]
        for place in concerned:
            place.hold(item["event"])
        for place in concerned:
            if place in joined and place.wanted in item.get("subscriptions", [place.wanted]):
                place.cursor = item["cursor"]
