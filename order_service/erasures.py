"""A customer is forgotten: the key is destroyed, that it was is written down, and what nobody can read since is counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, TIMESTAMP, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.customer_keys import CustomerKeys
from shared.database.faults import commit, translated
from shared.database.reading import Reader
from shared.eventsourcing.metadata import Actor

# One statement: no key goes without its record. Waits for commits that hold the key, and those after find it gone.
_DESTROY = text(
    "WITH destroyed AS (DELETE FROM customer_keys WHERE customer_id = :customer_id RETURNING key_id)"
    " INSERT INTO erasures (key_id, customer_id, erased_at, subject, role, address, request_id)"
    " SELECT key_id, :customer_id, :now, :subject, :role, :address, :request_id FROM destroyed RETURNING key_id"
).bindparams(bindparam("customer_id", type_=Text), bindparam("now", type_=TIMESTAMP(timezone=True)))
_ERASED = text("SELECT key_id, erased_at FROM erasures WHERE customer_id = :customer_id ORDER BY erased_at")
_UNREADABLE = text(
    """
SELECT count(DISTINCT o.id),
    count(*) FILTER (WHERE v.field = 'shipping_address'),
    count(*) FILTER (WHERE v.field = 'notes'),
    count(*) FILTER (WHERE v.field = 'internal_note'),
    count(*) FILTER (WHERE v.field = 'network_address')
FROM orders AS o
JOIN events AS e ON e.stream = 'order-' || o.id
CROSS JOIN LATERAL (VALUES
    ('shipping_address', e.data->>'shipping_address'),
    ('notes', e.data->>'notes'),
    ('internal_note', e.data->>'text'),
    ('network_address', e.metadata->>'address')
) AS v (field, sealed)
WHERE o.customer_id = :customer_id AND o.version > 0 AND split_part(v.sealed, ':', 2) = ANY(:keys)"""
).bindparams(bindparam("keys", type_=ARRAY(Text)))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """How many values in the events of how many orders nobody can read any more."""

    orders: int = 0
    shipping_addresses: int = 0
    notes: int = 0
    internal_notes: int = 0
    network_addresses: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased of a customer so far. `at` is the time of the last one, None when there never was anything."""

    at: datetime | None
    unreadable: Unreadable


class Erasures:
    """Every method raises Unavailable when the database does not answer, CommitUnknown when it left during COMMIT."""

    def __init__(self, engine: AsyncEngine, reads: AsyncEngine, keys: CustomerKeys) -> None:
        self._engine = engine
        self._reader = Reader(reads)
        self._keys = keys

    async def erase(self, customer_id: str, actor: Actor, now: datetime) -> bool:
        """Destroys the customer's key; False when there is none. What was sealed since the last one is erased too."""
        by = {
            "subject": actor.subject,
            "role": actor.role,
            "address": actor.address,
            "request_id": actor.request_id,
        }
        with translated():
            async with self._engine.connect() as connection:
                found = await connection.execute(_DESTROY, {"customer_id": customer_id, "now": now, **by})
                destroyed = found.scalars().all()
                await commit(connection)
        self._keys.forget(destroyed)
        return bool(destroyed)

    async def erased(self, customer_id: str) -> Erased:
        erasures = await self._reader.rows(_ERASED, {"customer_id": customer_id})
        if not erasures:
            return Erased(None, Unreadable())
        keys = [str(row.key_id) for row in erasures]
        [counts] = await self._reader.rows(_UNREADABLE, {"customer_id": customer_id, "keys": keys})
        return Erased(erasures[-1].erased_at, Unreadable(*counts))
