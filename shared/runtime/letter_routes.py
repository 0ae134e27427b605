"""`/dead-letters` of every service: look at what could not be handled, handle it again, or discard it by name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from shared.http.access import allowed, caller_of
from shared.http.actor import actor_of
from shared.http.dead_letters import (
    DiscardQuery,
    DiscardRequest,
    DiscardsResource,
    DryRunResource,
    DryRunsResource,
    LetterDetailResource,
    LetterDiscarded,
    LetterGroupResource,
    LetterQuery,
    LetterReplayed,
    LetterResource,
    LettersRequest,
    OpenLetters,
    ReplayQuery,
    ReplayRequest,
    ReplayResource,
    ReplaysResource,
    letter_not_found,
)
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import KeysetCursor, Page, page_of
from shared.http.problems import NotFound
from shared.identity.callers import OPS
from shared.messaging.letters import LetterFilter, Letters, LetterWithBody
from shared.observability.security_log import acted
from shared.runtime.letter_documents import LetterDocuments, not_rehearsed, not_replayed
from shared.runtime.replaying import Replayer

_BY_ID = KeysetCursor(UUID)
_BY_SIZE = KeysetCursor(
    tuple[Annotated[int, Field(ge=1, lt=2**63)], Annotated[str, Field(pattern="^[0-9a-f]{12}$")]]
)


def letter_router(
    letters: Letters, replayer: Replayer, documents: LetterDocuments, clock: Callable[[], datetime]
) -> APIRouter:
    router = APIRouter(prefix="/dead-letters", tags=["dead letters"], route_class=JsonRoute)

    @router.get("", response_model=Page[LetterResource] | Page[LetterGroupResource])
    @allowed(OPS)
    async def list_letters(wanted: Annotated[LetterQuery, Query()]) -> Response:
        """The newest first; with `group_by=error` how many there are of each kind."""
        letter_filter = LetterFilter(wanted.status, wanted.type, wanted.error_group)
        if wanted.group_by is not None:
            groups = await letters.groups(letter_filter, _BY_SIZE.decode(wanted.cursor), wanted.limit + 1)
            return _json(
                page_of(
                    groups,
                    wanted.limit,
                    lambda group: _BY_SIZE.encode((group.count, group.error_group)),
                    documents.group,
                )
            )
        found = await letters.newest(letter_filter, _BY_ID.decode(wanted.cursor), wanted.limit + 1)
        return _json(page_of(found, wanted.limit, lambda letter: _BY_ID.encode(letter.id), documents.letter))

    @router.get("/{letter_id}", response_model=LetterDetailResource, responses=documented(NotFound))
    @allowed(OPS)
    async def show_letter(letter_id: UUID) -> Response:
        """The letter with the event as it came, and where its handling broke off."""
        return _whole(await existing(letter_id))

    @router.post(
        "/{letter_id}/replay",
        response_model=ReplayResource | DryRunResource,
        responses=documented(NotFound, LetterDiscarded),
    )
    @allowed(OPS)
    async def replay_letter(
        letter_id: UUID, wanted: Annotated[ReplayQuery, Query()], request: Request
    ) -> Response:
        """Handles the event again and says how that ended. A repeat changes nothing."""
        one = await existing(letter_id)
        if wanted.dry_run:
            return _json(documents.dry_run(*await replayer.rehearse(one)))
        if one.letter.status == "DISCARDED":
            raise _discarded(one)
        [replayed] = await replayer.replay([one], caller_of(request).subject)
        acted("dead_letters_replayed", actor_of(request), letters=[str(letter_id)])
        return _json(documents.replay(replayed))

    @router.post("/replay", response_model=ReplaysResource | DryRunsResource)
    @allowed(OPS)
    async def replay_letters(body: ReplayRequest, request: Request) -> Response:
        """Handles many again, and says of each how that ended. What fails again stays open; go on by the cursor."""
        asked, following = await asked_for(body, body.at_most)
        found = await letters.find(asked)
        known = [found[letter_id] for letter_id in asked if letter_id in found]
        if body.dry_run:
            shown = {one.letter.id: documents.dry_run(*await replayer.rehearse(one)) for one in known}
            rehearsals = [shown.get(letter_id) or not_rehearsed(letter_id) for letter_id in asked]
            return _json(DryRunsResource(results=rehearsals, next_cursor=following))
        ended = {one.letter.id: one for one in await replayer.replay(known, caller_of(request).subject)}
        acted("dead_letters_replayed", actor_of(request), letters=[str(one) for one in ended])
        results = [
            documents.replay(ended[letter_id]) if letter_id in ended else not_replayed(letter_id)
            for letter_id in asked
        ]
        return _json(ReplaysResource(results=results, next_cursor=following))

    @router.post("/discard", response_model=DiscardsResource)
    @allowed(OPS)
    async def discard_letters(body: DiscardRequest, request: Request) -> Response:
        """Closes many for good, with who did and why, and says of each what became of it; go on by the cursor."""
        by = caller_of(request).subject
        asked, following = await asked_for(body, body.limit)
        closed = await letters.discard(asked, by, body.reason, clock())
        results = [
            documents.discard(letter_id, closed.get(letter_id), by, body.reason) for letter_id in asked
        ]
        discarded = [str(one.id) for one in results if one.outcome == "discarded"]
        if discarded:
            acted("dead_letter_discarded", actor_of(request), letters=discarded)
        return _json(DiscardsResource(results=results, next_cursor=following))

    @router.delete(
        "/{letter_id}",
        response_model=LetterDetailResource,
        responses=documented(NotFound, LetterReplayed),
    )
    @allowed(OPS)
    async def discard_letter(
        letter_id: UUID, wanted: Annotated[DiscardQuery, Query()], request: Request
    ) -> Response:
        """Closes it for good, with who did and why; it stays in the list. The first to discard it is kept."""
        closed = await letters.discard([letter_id], caller_of(request).subject, wanted.reason, clock())
        if letter_id in closed and closed[letter_id].status == "REPLAYED":
            raise LetterReplayed("What it held has been processed; there is nothing to discard.")
        one = await existing(letter_id)
        acted("dead_letter_discarded", actor_of(request), letters=[str(letter_id)])
        return _whole(one)

    async def asked_for(body: LettersRequest, at_most: int) -> tuple[Sequence[UUID], str | None]:
        """The ids of the letters that the request is about, each once, and the cursor of those after them."""
        if body.ids is not None:
            return list(dict.fromkeys(body.ids)), None
        kind = body.filter or OpenLetters()
        letter_filter = LetterFilter("OPEN", kind.type, kind.error_group)
        page = await letters.oldest(letter_filter, _BY_ID.decode(body.cursor), at_most + 1)
        following = _BY_ID.encode(page[at_most - 1]) if len(page) > at_most else None
        return page[:at_most], following

    async def existing(letter_id: UUID) -> LetterWithBody:
        found = await letters.find([letter_id])
        if letter_id not in found:
            raise letter_not_found()
        return found[letter_id]

    def _whole(one: LetterWithBody) -> Response:
        return Response(orjson.dumps(documents.whole(one)), media_type="application/json")

    return router


def _discarded(one: LetterWithBody) -> LetterDiscarded:
    return LetterDiscarded(f"{one.letter.closed_by} has discarded it: {one.letter.closed_reason}")


def _json(document: BaseModel) -> Response:
    return Response(document.model_dump_json(), media_type="application/json")
