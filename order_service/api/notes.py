"""What staff write about an order for each other."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import JsonValue, TypeAdapter

from order_service.api.parts import OrderApi, json_response, new_router
from order_service.api.refusals import order_not_found
from order_service.api.requests import NoteInput
from order_service.api.resources import NoteResource
from order_service.api.submitting import Submitter, Wish
from order_service.domain.commands import AddNote
from order_service.queries import NoteFound, OrderQueries
from shared.eventsourcing.metadata import Context
from shared.http.access import allowed, caller_of
from shared.http.actor import actor_of
from shared.http.etags import etag
from shared.http.idempotency import IdempotencyKeyHeader, StoredAnswer
from shared.http.openapi import documented
from shared.http.pagination import BY_NUMBER, Page, PageQuery, page_of
from shared.http.problems import IdempotencyKeyReused, InvalidInput, NotFound
from shared.identity.callers import OPS, STAFF
from shared.runtime.submissions import Decided

_TIME = TypeAdapter(datetime)


def notes_router(api: OrderApi) -> APIRouter:
    router = new_router()
    submitter = Submitter(api.commands, api.personal)

    @router.post(
        "/{order_id}/notes",
        status_code=201,
        response_model=NoteResource,
        responses=documented(NotFound, InvalidInput, IdempotencyKeyReused),
    )
    @allowed(STAFF)
    async def add_note(
        order_id: UUID, body: NoteInput, request: Request, key: IdempotencyKeyHeader = None
    ) -> Response:
        """Adds an internal note to the order, in any status. It bears the name of who wrote it, for good."""
        customer_id = await api.customer_of(order_id, caller_of(request))
        answer = NoteShown(api.queries, order_id)

        async def prepare() -> Wish:
            command = AddNote(order_id, await api.personal.seal_text(customer_id, body.text))
            return Wish(command, actor_of(request), customer_id, api.clock(), answer, key=key)

        return await submitter.submit(request, prepare)

    @router.get("/{order_id}/notes", response_model=Page[NoteResource], responses=documented(NotFound))
    @allowed(STAFF, OPS)
    async def list_notes(order_id: UUID, wanted: Annotated[PageQuery, Query()], request: Request) -> Response:
        """The oldest first."""
        after = BY_NUMBER.decode(wanted.cursor) or 0
        found = await api.queries.notes(order_id, after, wanted.limit + 1)
        if not found:
            await api.customer_of(order_id, caller_of(request))
        page = page_of(found, wanted.limit, lambda note: BY_NUMBER.encode(note.version), _note_document)
        items = await api.personal.open(page.items)
        return json_response({"items": items, "next_cursor": page.next_cursor})

    return router


@dataclass(frozen=True, slots=True)
class NoteShown:
    """The note that was added; the ETag is the order's."""

    queries: OrderQueries
    order_id: UUID

    def of(self, decided: Decided) -> StoredAnswer:
        [event] = decided.events
        return _shown(NoteFound(event.id, event.version, event.event.text, event.actor, event.time))

    async def again(self, context: Context) -> StoredAnswer:
        note = await self.queries.note_by(self.order_id, context.command_id)
        if note is None:
            raise order_not_found()
        return _shown(note)


def _shown(note: NoteFound) -> StoredAnswer:
    return StoredAnswer(HTTPStatus.CREATED, _note_document(note), {"ETag": etag(note.version)})


def _note_document(note: NoteFound) -> dict[str, JsonValue]:
    """A NoteResource whose text is still sealed."""
    return {
        "id": str(note.note_id),
        "text": note.text,
        "author": {"subject": note.author.subject, "role": note.author.role},
        "created_at": _TIME.dump_python(note.at, mode="json"),
    }
