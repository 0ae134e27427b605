"""`GET /.../events`: what happened to one thing, as its stream tells it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.reading import Reader
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.http.pagination import BY_NUMBER, Page, PageQuery, page_of
from shared.messaging.checkpoint import published_up_to
from shared.messaging.outgoing import Publish


class ActorResource(BaseModel):
    """`address` and `request_id` are of a request, shown to staff and operations alone; otherwise they are absent."""

    subject: str
    role: str
    address: str | None = None
    request_id: str | None = None


class HistoryItem(BaseModel):
    """One stored event. `id` is that of the CloudEvent, where it is one."""

    id: UUID
    type: str
    version: int
    time: datetime
    data: dict[str, JsonValue]
    actor: ActorResource
    correlation_id: UUID
    causation_id: UUID
    published: bool = Field(description="It has a public form, and the broker has confirmed it.")


class History:
    """Reads the streams of one service."""

    def __init__(self, engine: AsyncEngine, store: EventStore, publish: Publish) -> None:
        self._reader = Reader(engine)
        self._store = store
        self._publish = publish

    async def page(self, stream: str, wanted: PageQuery, *, origins: bool) -> Page[HistoryItem]:
        """The oldest first; `data` as they are stored. With `origins`, also where requests came from, as stored.

        Raises InvalidInput for a foreign cursor.
        """
        after = BY_NUMBER.decode(wanted.cursor) or 0
        async with self._reader.connection() as connection:
            confirmed = await published_up_to(connection, stream)
            events = await self._store.stream(connection, stream, after_version=after, limit=wanted.limit + 1)
        return page_of(
            events,
            wanted.limit,
            lambda event: BY_NUMBER.encode(event.version),
            lambda event: self._item(event, confirmed, origins=origins),
        )

    def _item(self, event: Recorded, confirmed: int, *, origins: bool) -> HistoryItem:
        return HistoryItem(
            id=event.id,
            type=event.type,
            version=event.version,
            time=event.time,
            data=self._store.data(event),
            actor=_shown(event.actor, origins=origins),
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            published=event.position <= confirmed and self._publish(event) is not None,
        )


def _shown(actor: Actor, *, origins: bool) -> ActorResource:
    shown = ActorResource(subject=actor.subject, role=actor.role)
    # Fields that are never set are left out of the answer.
    if origins and actor.request_id is not None:
        shown.address, shown.request_id = actor.address, actor.request_id
    return shown
