"""A dead letter is held while its event is handled, and closed in the same transaction.

So no two replays of it take effect, and nobody discards what takes effect at that moment.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, TIMESTAMP, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

# How a replay ended, as it is kept with the letter.
TOOK_EFFECT = "took effect"
CHANGED_NOTHING = "changed nothing"
ALREADY_PROCESSED = "already processed"


@dataclass(frozen=True, slots=True)
class LetterClaim:
    """The open letter whose event is handled, and who has it replayed."""

    letter_id: UUID
    by: str


_LOCK = text(
    "SELECT id FROM dead_letters WHERE id = ANY(:ids) AND status = 'OPEN' ORDER BY id FOR UPDATE"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_CLOSE = text(
    "UPDATE dead_letters AS l SET status = 'REPLAYED', closed_by = n.person, closed_reason = n.ending,"
    " closed_at = :now FROM unnest(:ids, :people, :endings) AS n (id, person, ending) WHERE l.id = n.id"
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("people", type_=ARRAY(Text)),
    bindparam("endings", type_=ARRAY(Text)),
    bindparam("now", type_=TIMESTAMP(timezone=True)),
)


async def lock_open_letters(connection: AsyncConnection, letter_ids: Collection[UUID]) -> set[UUID]:
    """Those that are open, locked until the transaction ends. Waits for whoever holds one of them."""
    return set((await connection.execute(_LOCK, {"ids": sorted(letter_ids)})).scalars())


async def close_letters(
    connection: AsyncConnection, endings: Mapping[LetterClaim, str], now: datetime
) -> None:
    """Closes letters that this transaction has locked."""
    await connection.execute(
        _CLOSE,
        {
            "ids": [claim.letter_id for claim in endings],
            "people": [claim.by for claim in endings],
            "endings": list(endings.values()),
            "now": now,
        },
    )
