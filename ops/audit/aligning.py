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

    async def step(self) -> None:
        self._at += 1
        if self._at >= len(self._page):
            self._page, self._at = await self._next_page(), 0
        self.row = self._page[self._at] if self._page else None

    async def _next_page(self) -> Sequence[Record]:
        async for page in self._pages:
            return page
        return ()


async def aligned(*streams: Pages) -> AsyncIterator[tuple[Any, tuple[Record | None, ...]]]:
    """Each key that occurs, in order, with its row in every stream, None where it has none.

    The first column of a row is its key; every stream is sorted by it. Memory is one page of each.
    """
    sides = [_Side(pages) for pages in streams]
    for side in sides:
        await side.step()
    while heads := [side.row[0] for side in sides if side.row is not None]:
        key = min(heads)
        found = tuple(side.row if side.row is not None and side.row[0] == key else None for side in sides)
        yield key, found
        for side, row in zip(sides, found, strict=True):
            if row is not None:
                await side.step()
