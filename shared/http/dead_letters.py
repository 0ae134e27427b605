"""What clients send and get about dead letters, and why they are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, model_validator

from shared.http.inputs import QueryParameters, RequestBody
from shared.http.pagination import PageQuery
from shared.http.problems import Conflict, NotFound

LetterType = Annotated[str, Field(min_length=1, max_length=200)]
ErrorGroup = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]

DiscardOutcome = Literal["discarded", "already_discarded", "already_replayed", "not_found"]

AT_ONCE = 500
# Each is handled to the end in a transaction of its own, and its answer shows whole states.
REHEARSED_AT_ONCE = 20


class LetterQuery(PageQuery):
    status: Literal["OPEN", "REPLAYED", "DISCARDED"] = "OPEN"
    type: LetterType | None = None
    error_group: ErrorGroup | None = None
    group_by: Annotated[
        Literal["error"] | None,
        Field(
            description="Groups of letters whose errors differ only in ids, numbers and input, the largest first."
        ),
    ] = None


class ReplayQuery(QueryParameters):
    dry_run: Annotated[bool, Field(description="Only show what the replay would change.")] = False


class DiscardQuery(QueryParameters):
    reason: Reason


class OpenLetters(RequestBody):
    """All open letters, or those of a type or error group."""

    type: LetterType | None = None
    error_group: ErrorGroup | None = None


class LettersRequest(RequestBody):
    """Either `ids`, or up to `limit` of the open letters that `filter` lets through, the oldest first."""

    ids: (
        Annotated[list[Annotated[UUID, Field(strict=False)]], Field(min_length=1, max_length=AT_ONCE)] | None
    ) = None
    filter: OpenLetters | None = None
    limit: Annotated[int, Field(ge=1, le=AT_ONCE)] = 100
    cursor: Annotated[
        str | None, Field(max_length=1024, description="The `next_cursor` of the answer before.")
    ] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or filter")
        return self


class ReplayRequest(LettersRequest):
    """Either `ids`, or up to `limit` of the open letters that `filter` lets through, the oldest first."""

    dry_run: Annotated[
        bool,
        Field(
            description=f"Only show what each replay would change, of {REHEARSED_AT_ONCE} letters at once at most."
        ),
    ] = False

    @property
    def at_most(self) -> int:
        """So many letters are worked through by this request."""
        return min(self.limit, REHEARSED_AT_ONCE) if self.dry_run else self.limit

    @model_validator(mode="after")
    def _few_enough(self) -> Self:
        if self.dry_run and self.ids is not None and len(self.ids) > REHEARSED_AT_ONCE:
            raise ValueError(f"a dry run takes {REHEARSED_AT_ONCE} ids at most")
        return self


class DiscardRequest(LettersRequest):
    """Either `ids`, or up to `limit` of the open letters that `filter` lets through, the oldest first."""

    reason: Reason


class LetterResource(BaseModel):
    id: UUID
    service: str
    queue: str
    event_id: UUID | None = Field(description="None when the body holds no event that has an id.")
    type: str | None
    status: Literal["OPEN", "REPLAYED", "DISCARDED"]
    error: str
    error_group: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    replayed: bool = Field(
        description="Whether the event had come from `eventflow replay`, and so is handled even if it was heard before. "
        "Whether this letter was replayed is its `status`."
    )
    closed_by: str | None
    closed_reason: str | None
    closed_at: datetime | None


class LetterDetailResource(LetterResource):
    event: JsonValue = Field(description="The event as it came; null when the body is not one event.")
    body: str | None = Field(description="What came instead of one event, read as UTF-8.")
    stack_trace: str


class LetterGroupResource(BaseModel):
    error_group: str
    error: str = Field(description="What the errors have in common: ids, numbers and input are left out.")
    count: int
    types: list[str | None]
    first_failed_at: datetime
    last_failed_at: datetime
    newest: UUID


class AppendedEvent(BaseModel):
    id: UUID
    type: str
    subject: str = Field(description="The row that it is about: an order id or a SKU.")
    version: int
    data: dict[str, JsonValue]


class ReplayResource(BaseModel):
    """How the replay of one letter ended.

    took_effect; changed_nothing: handled for the first time, with nothing to do; already_processed: before, by whatever
    way; failed_again: it stays open; discarded: not handled; not_found; not_yet: the database failed before its turn.
    """

    id: UUID
    event_id: UUID | None
    type: str | None
    outcome: Literal[
        "took_effect",
        "changed_nothing",
        "already_processed",
        "failed_again",
        "discarded",
        "not_found",
        "not_yet",
    ]
    error: str | None
    events: list[AppendedEvent]


class ReplaysResource(BaseModel):
    results: list[ReplayResource]
    next_cursor: str | None


class RowChangeResource(BaseModel):
    """Version 0 is that of a row which is not there yet."""

    table: str
    id: str
    version_before: int
    version_after: int
    before: JsonValue
    after: JsonValue


class MessageResource(BaseModel):
    exchange: str
    event: dict[str, JsonValue]


class OutsideCallResource(BaseModel):
    to: str
    what: str
    key: str
    request: dict[str, JsonValue]
    due_at: datetime


class DryRunResource(ReplayResource):
    """How a replay would end now. The ids and times of events are of this run alone."""

    dry_run: Literal[True] = True
    changes: list[RowChangeResource]
    messages: list[MessageResource]
    calls: list[OutsideCallResource]


class DryRunsResource(BaseModel):
    dry_run: Literal[True] = True
    results: list[DryRunResource]
    next_cursor: str | None


class DiscardResource(BaseModel):
    """What became of one letter that was to be discarded, and the letter as it then stands.

    discarded: by this person for this reason, now or by a request before; already_discarded: by somebody else or for
    another reason, which is kept; already_replayed: what it held has been processed; not_found.
    """

    id: UUID
    outcome: DiscardOutcome
    letter: LetterResource | None


class DiscardsResource(BaseModel):
    results: list[DiscardResource]
    next_cursor: str | None


class LetterDiscarded(Conflict):
    slug = "letter-discarded"
    title = "The dead letter has been discarded"


class LetterReplayed(Conflict):
    slug = "letter-replayed"
    title = "The dead letter has been replayed"


def letter_not_found() -> NotFound:
    return NotFound("No dead letter of this service has this id.")
