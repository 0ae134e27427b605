"""Rows of several databases side by side: an outer join of what each of them has sorted by one key."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from ops.audit.snapshots import Pages, Record


class _Side:
    """One sorted stream. `row` is the next of it, None after the last."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._page: Sequence[Record] = ()
        self._at = 0
        self.row: Record | None = None

    def step(self) -> bool:
        """Goes to the next row of the page. False when there is none: turn it."""
        self._at += 1
        if self._at < len(self._page):
            self.row = self._page[self._at]
            return True
        return False

    async def turn(self) -> None:
        async for page in self._pages:
            if page:
                self._page, self._at, self.row = page, 0, page[0]
                return
        self._page, self.row = (), None


async def aligned(*streams: Pages) -> AsyncIterator[tuple[Any, tuple[Record | None, ...]]]:
    """Each key that occurs, in order, with its row in every stream, None where it has none.

    The first column of a row is its key; every stream is sorted by it. Memory is one page of each.
    """
    sides = [_Side(pages) for pages in streams]
    for side in sides:
        await side.turn()
    while heads := [side.row[0] for side in sides if side.row is not None]:
        key = min(heads)
        found: list[Record | None] = []
        for side in sides:
            row = side.row
            if row is None or row[0] != key:
                found.append(None)
                continue
            found.append(row)
            if not side.step():
                await side.turn()
        yield key, tuple(found)
