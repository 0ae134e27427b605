"""What the provider has still to be asked: one row per step, from the request until the outcome is recorded.

A call is found by its key, which is also the key that the provider is asked with; a lease keeps two workers from
asking at once, and when its holder dies another asks again with the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, TIMESTAMP, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from payment_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class ChargeCall:
    """`caused_by` is the event that asks for it."""

    kind: ClassVar[str] = "charge"

    order_id: UUID
    payment_id: UUID
    customer_id: str | None
    caused_by: UUID
    price: Money
    method: str

    @property
    def key(self) -> str:
        return charge_key(self.payment_id)


@dataclass(frozen=True, slots=True)
class RefundCall:
    kind: ClassVar[str] = "refund"

    order_id: UUID
    payment_id: UUID
    customer_id: str | None
    caused_by: UUID
    refund_id: UUID
    amount: Money
    charge_reference: str

    @property
    def key(self) -> str:
        return refund_key(self.payment_id, self.refund_id)


ProviderCall = ChargeCall | RefundCall


@dataclass(frozen=True, slots=True)
class Due:
    """A call that is ours to ask now, for the `attempt`-th time."""

    call: ProviderCall
    attempt: int


# These keys are in the provider's ledger: never change them.
def charge_key(payment_id: UUID) -> str:
    return f"{payment_id}:charge"


def refund_key(payment_id: UUID, refund_id: UUID) -> str:
    return f"{payment_id}:refund:{refund_id}"


async def open_calls(connection: AsyncConnection, calls: Mapping[str, tuple[ProviderCall, datetime]]) -> None:
    """Adds calls with the time from which each is due; a call that is there already stays as it is."""
    opened = list(calls.values())
    await connection.execute(
        _OPEN,
        {
            "keys": list(calls),
            "orders": [call.order_id for call, _ in opened],
            "kinds": [call.kind for call, _ in opened],
            "requests": [_ADAPTERS[call.kind].dump_json(call).decode() for call, _ in opened],
            "dues": [due_at for _, due_at in opened],
        },
    )


async def close_calls(connection: AsyncConnection, keys: Sequence[str]) -> None:
    """Removes calls whose outcome is recorded."""
    await connection.execute(_CLOSE, {"keys": keys})


async def lease_due_calls(
    connection: AsyncConnection, *, now: datetime, until: datetime, limit: int
) -> list[Due]:
    """Calls that are due and that nobody else is asking, ours until `until`."""
    rows = await connection.execute(_LEASE, {"now": now, "until": until, "limit": limit})
    return [Due(_ADAPTERS[kind].validate_json(request), attempts) for kind, request, attempts in rows]


async def postpone_calls(connection: AsyncConnection, due_at: Mapping[str, datetime]) -> None:
    """Gives leases back: the outcome is unknown, ask again from then on. One that is locked keeps its lease to its end."""
    await connection.execute(_POSTPONE, {"keys": list(due_at), "dues": list(due_at.values())})


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    ChargeCall.kind: TypeAdapter(ChargeCall),
    RefundCall.kind: TypeAdapter(RefundCall),
}

_TEXTS, _TIMES = ARRAY(Text), ARRAY(TIMESTAMP(timezone=True))

_OPEN = text(
    "INSERT INTO provider_calls (key, order_id, kind, request, due_at)"
    " SELECT n.key, n.order_id, n.kind, n.request::jsonb, n.due_at"
    " FROM unnest(:keys, :orders, :kinds, :requests, :dues) AS n (key, order_id, kind, request, due_at)"
    " ON CONFLICT (key) DO NOTHING"
).bindparams(
    bindparam("keys", type_=_TEXTS),
    bindparam("orders", type_=ARRAY(Uuid)),
    bindparam("kinds", type_=_TEXTS),
    bindparam("requests", type_=_TEXTS),
    bindparam("dues", type_=_TIMES),
)
# Locked in the order of keys wherever more than one is locked and waited for.
_CLOSE = text(
    "DELETE FROM provider_calls WHERE key IN"
    " (SELECT key FROM provider_calls WHERE key = ANY(:keys) ORDER BY key FOR UPDATE)"
).bindparams(bindparam("keys", type_=_TEXTS))
_LEASE = text(
    "UPDATE provider_calls AS c SET leased_until = :until, attempts = attempts + 1"
    " FROM (SELECT key FROM provider_calls"
    "       WHERE due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)"
    "       ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) AS due"
    " WHERE c.key = due.key RETURNING c.kind, c.request::text, c.attempts"
).bindparams(
    bindparam("now", type_=TIMESTAMP(timezone=True)), bindparam("until", type_=TIMESTAMP(timezone=True))
)
_POSTPONE = text(
    "WITH asked AS (SELECT key FROM provider_calls WHERE key = ANY(:keys) ORDER BY key"
    " FOR UPDATE SKIP LOCKED)"
    " UPDATE provider_calls AS c SET leased_until = NULL, due_at = n.due_at"
    " FROM asked JOIN unnest(:keys, :dues) AS n (key, due_at) USING (key) WHERE c.key = asked.key"
).bindparams(bindparam("keys", type_=_TEXTS), bindparam("dues", type_=_TIMES))
