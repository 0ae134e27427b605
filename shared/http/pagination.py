"""Keyset pagination: a page goes on from a sort key, so page 1,000 costs what page 1 costs.

CURSOR = KeysetCursor(tuple[datetime, UUID])

async def list_orders(limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None) -> Page[Order]:
    rows = await orders_after(CURSOR.decode(cursor), limit + 1)
    return page_of(rows, limit, lambda row: CURSOR.encode((row.created_at, row.id)))
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, TypeAdapter

from shared.http.problems import FieldError, InvalidInput

DEFAULT_LIMIT = 50

PageLimit = Annotated[int, Query(ge=1, le=200)]
PageCursor = Annotated[
    str | None, Query(max_length=1024, description="The `next_cursor` of the page before.")
]

Key = TypeVar("Key")
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


def page_of(rows: Sequence[Item], limit: int, cursor_of: Callable[[Item], str]) -> Page[Item]:
    """`rows` are up to `limit + 1` in order; the one too many only tells that there is a next page."""
    items = list(rows[:limit])
    return Page(items=items, next_cursor=cursor_of(items[-1]) if len(rows) > limit else None)


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
