"""Keyset pagination: a page goes on from a sort key, so page 1,000 costs what page 1 costs.

_BY_TIME = KeysetCursor(tuple[datetime, UUID])

async def list_notes(wanted: Annotated[PageQuery, Query()]) -> Page[NoteResource]:
    found = await notes_after(_BY_TIME.decode(wanted.cursor), wanted.limit + 1)
    return page_of(found, wanted.limit, lambda note: _BY_TIME.encode((note.at, note.id)), note_resource)
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, conint

from shared.http.inputs import QueryParameters
from shared.http.problems import FieldError, InvalidInput

Key = TypeVar("Key")
Row = TypeVar("Row")
Item = TypeVar("Item")


class PageQuery(QueryParameters):
    """The query of a list without filters; others add theirs."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[
        str | None, Field(max_length=1024, description="The `next_cursor` of the page before.")
    ] = None


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


def page_of(
    rows: Sequence[Row], limit: int, cursor_of: Callable[[Row], str], item_of: Callable[[Row], Item]
) -> Page[Item]:
    """`rows` are up to `limit + 1` in order; the one too many only tells that there is a next page."""
    page = rows[:limit]
    following = cursor_of(page[-1]) if len(rows) > limit else None
    return Page(items=[item_of(row) for row in page], next_cursor=following)


class KeysetCursor(Generic[Key]):
    """Opaque to clients: base64url of the sort key in JSON. `shape` is the key's type, checked strictly.

    It is no secret and not signed: whoever forges one of the right shape only starts elsewhere in the same list.
    Bound what the shape's integers may be, or the database will refuse them as a fault of its own.
    """

    def __init__(self, shape: type[Key]) -> None:
        self._shape = TypeAdapter(shape)

    def encode(self, key: Key) -> str:
        return urlsafe_b64encode(self._shape.dump_json(key)).rstrip(b"=").decode("ascii")

    def decode(self, cursor: str | None) -> Key | None:
        """The key to go on from, None for the first page. Raises InvalidInput that names `cursor`."""
        if cursor is None:
            return None
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            return self._shape.validate_json(b64decode(padded, altchars=b"-_", validate=True), strict=True)
        except ValueError as error:
            refusal = FieldError("cursor", "is not a cursor of this list")
            raise InvalidInput("The cursor is not valid.", errors=[refusal]) from error


BY_NUMBER = KeysetCursor(conint(ge=1, lt=2**63))
"""For lists in the order of a version or another count from 1."""
