"""Reading the totals. Rows that only hold a place are not there for readers."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.reading import Reader
from template_service.domain.entry import Total
from template_service.tables import TOTALS

_TOTALS = text(
    "SELECT id, state::text FROM totals WHERE version > 0 AND id > :after ORDER BY id LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class TotalFound:
    key: str
    total: Total


class TotalQueries:
    """Every method raises Unavailable when the database does not answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = Reader(engine)

    async def totals(self, after: str, limit: int) -> list[TotalFound]:
        """In the order of their keys, going on after `after`."""
        rows = await self._reader.rows(_TOTALS, {"after": after, "limit": limit})
        return [TotalFound(key, TOTALS.adapter.validate_json(state)) for key, state in rows]
