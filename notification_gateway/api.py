"""The gateway over HTTP: recent events, the recent window in numbers, the broker's queues, the last audit."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import Field, JsonValue

from notification_gateway.catching_up import CannotCatchUp, CatchingUp, NoReaderFree
from notification_gateway.cursors import LONGEST, Cursor, NotACursor
from notification_gateway.entries import Entry
from notification_gateway.journal import Journal
from notification_gateway.queues import BrokerDoesNotAnswer, Queues
from notification_gateway.resources import EventPage, QueueList, Summary, queue_resource, summary_of
from shared.http.access import allowed
from shared.http.inputs import QueryParameters
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.problems import Conflict, FieldError, InvalidInput, NotFound, NotReady, Unavailable
from shared.identity.callers import OPS, SERVICE, STAFF

# A page may end early: whoever filters for what is rare goes on with `next_cursor`.
_LOOK_SECONDS = 3.0


class CursorLost(Conflict):
    slug = "cursor-lost"
    title = "The events behind the cursor are gone"


class EventQuery(QueryParameters):
    after: Annotated[
        str | None,
        Field(
            max_length=LONGEST,
            description="A cursor: the events behind it, oldest first. Without, the newest.",
        ),
    ] = None
    type: Annotated[str | None, Field(pattern=r"^[a-z_]{1,50}\.[a-z_]{1,50}$")] = None
    order_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wants(self, entry: Entry) -> bool:
        return (self.type is None or entry.type == self.type) and (
            self.order_id is None or entry.subject == str(self.order_id)
        )


def gateway_router(
    journal: Journal,
    catching_up: CatchingUp,
    queues: Queues,
    audit_file: Path,
    clock: Callable[[], datetime],
) -> APIRouter:
    router = APIRouter(route_class=JsonRoute)

    def check_ready() -> None:
        if not journal.ready.is_set():
            raise NotReady("Recent events are still being read.")

    @router.get(
        "/events", tags=["events"], response_model=EventPage, responses=documented(CursorLost, InvalidInput)
    )
    @allowed(STAFF, OPS, SERVICE)
    async def list_events(wanted: Annotated[EventQuery, Query()]) -> Response:
        """Events as they were published, oldest first: those behind `after`, or the newest of the recent ones."""
        check_ready()
        if wanted.after is None:
            newest = (entry for entry in journal.history.newest() if wanted.wants(entry))
            found = [entry for entry, _ in zip(newest, range(wanted.limit), strict=False)][::-1]
            return _page(found, journal.history.head, at_end=True)
        return await _events_after(catching_up, _parsed(wanted.after), wanted)

    @router.get("/summary", tags=["control room"])
    @allowed(STAFF, OPS)
    async def summary() -> Summary:
        """The last 15 minutes as the gateway heard them: events by type, orders by minute, and how orders ended."""
        check_ready()
        return summary_of(journal.window, clock(), whole_stream=journal.whole_stream)

    @router.get("/queues", tags=["control room"])
    @allowed(OPS)
    async def list_queues() -> QueueList:
        """Depth, rates and consumers of every queue, at most a second old."""
        try:
            return QueueList(items=[queue_resource(state) for state in await queues.states()])
        except BrokerDoesNotAnswer:
            raise Unavailable("The broker's management API does not answer.") from None

    @router.get("/audit", tags=["control room"], responses=documented(NotFound))
    @allowed(OPS)
    async def last_audit() -> dict[str, JsonValue]:
        """What `eventflow audit` found when it ran last."""
        try:
            return orjson.loads(await asyncio.to_thread(audit_file.read_bytes))
        except FileNotFoundError:
            raise NotFound("No audit has run yet; run ./eventflow audit.") from None

    return router


async def _events_after(catching_up: CatchingUp, cursor: Cursor, wanted: EventQuery) -> Response:
    found: list[Entry] = []
    looked = cursor
    try:
        async with asyncio.timeout(_LOOK_SECONDS), aclosing(catching_up.behind(cursor)) as slices:
            async for entries in slices:
                for entry in entries:
                    if wanted.wants(entry):
                        if len(found) == wanted.limit:
                            return _page(found, looked, at_end=False)
                        found.append(entry)
                    looked = entry.cursor
                if not entries:
                    break
    except TimeoutError:
        if looked == cursor:
            raise Unavailable("The stream cannot be read just now.") from None
        return _page(found, looked, at_end=False)
    except NoReaderFree:
        raise Unavailable("Too many clients read old events just now.") from None
    except CannotCatchUp:
        raise CursorLost(
            "The stream was truncated or made anew; begin again without `after`.",
            errors=[FieldError("after", "is not in the stream")],
        ) from None
    return _page(found, looked, at_end=True)


def _parsed(cursor: str) -> Cursor:
    try:
        return Cursor.parse(cursor)
    except NotACursor as error:
        raise InvalidInput("The cursor is not valid.", errors=[FieldError("after", str(error))]) from None


def _page(found: Sequence[Entry], looked: Cursor, *, at_end: bool) -> Response:
    """The events go out as they are kept: parsing them only to write them again would be most of the work."""
    cursor = orjson.dumps(str(looked))
    body = b'{"items":[%s],"next_cursor":%s,"cursor":%s}' % (
        b",".join(entry.item for entry in found),
        b"null" if at_end else cursor,
        cursor,
    )
    return Response(body, media_type="application/json")
