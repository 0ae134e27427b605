"""The inbox: which events were heard already. It makes repeats cheap; deciders alone make them harmless.

Forty slots by the day of the event's id. Once a day the slot that comes up in five days is emptied, so an id is
remembered for at least 34 days, and no insert ever waits for it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, SMALLINT, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database.schema import INBOX_SLOTS
from shared.eventsourcing.ids import id_milliseconds

_MILLISECONDS_A_DAY = 86_400_000
_DAYS_AHEAD = 5

_CLAIM = text(
    "INSERT INTO inbox (slot, event_id) SELECT n.slot, n.id FROM unnest(:slots, :ids) AS n (slot, id)"
    " ORDER BY n.id ON CONFLICT DO NOTHING RETURNING event_id"
).bindparams(bindparam("slots", type_=ARRAY(SMALLINT)), bindparam("ids", type_=ARRAY(Uuid)))

_UNCLAIM = text(
    "DELETE FROM inbox USING unnest(:slots, :ids) AS n (slot, id) WHERE inbox.slot = n.slot AND event_id = n.id"
).bindparams(bindparam("slots", type_=ARRAY(SMALLINT)), bindparam("ids", type_=ARRAY(Uuid)))


def slot_of(event_id: UUID) -> int:
    return id_milliseconds(event_id) // _MILLISECONDS_A_DAY % INBOX_SLOTS


async def claim(connection: AsyncConnection, event_ids: Collection[UUID]) -> set[UUID]:
    """Claims the events and returns those that nobody had claimed. Waits for a claim that is not committed yet."""
    rows = await connection.execute(_CLAIM, _parameters(event_ids))
    return set(rows.scalars())


async def unclaim(connection: AsyncConnection, event_ids: Collection[UUID]) -> None:
    """Takes claims of this transaction back: these events failed and will be delivered again."""
    await connection.execute(_UNCLAIM, _parameters(event_ids))


async def empty_coming_slot(connection: AsyncConnection, now: datetime) -> None:
    """Empties the slot of the day that comes in five days, long before an id of that day is made."""
    day = int((now + timedelta(days=_DAYS_AHEAD)).timestamp() * 1000) // _MILLISECONDS_A_DAY
    await connection.execute(text(f"TRUNCATE inbox_{day % INBOX_SLOTS:02}"))


def _parameters(event_ids: Collection[UUID]) -> dict[str, list[int] | list[UUID]]:
    ids = sorted(event_ids)
    return {"slots": [slot_of(event_id) for event_id in ids], "ids": ids}
