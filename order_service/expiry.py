"""Orders that stay PENDING past their expiry are cancelled, but never for a broker that told nobody of them.

An order counts only if the relay's checkpoint had passed its `order.created` one full expiry period ago
(docs/specification.md, "Happy path and compensation", 6).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from order_service.domain.commands import ExpireOrder
from shared.backoff import pause_after
from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Context, service_actor
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Failed, Submission
from shared.stopping import pause_until

log = structlog.get_logger()

_EVERY = timedelta(seconds=1)
_AT_ONCE = 200
_ACTOR = service_actor("order")

# `near` bounds the search by the time of the last event that was told, with room for clocks that disagree: in a long
# outage of the broker the orders that nobody could hear of are not even looked at.
_DUE = text(
    """
WITH told AS (
    SELECT position FROM relay_progress WHERE at <= :a_period_ago ORDER BY at DESC LIMIT 1
), near AS (
    SELECT e.time + interval '2 minutes' AS time
    FROM told, LATERAL (
        SELECT time FROM events WHERE events.position <= told.position ORDER BY events.position DESC LIMIT 1
    ) AS e
)
SELECT o.id, o.customer_id, placed.id AS placed_id
FROM told, near, orders AS o, LATERAL (
    SELECT id, position FROM events WHERE stream = 'order-' || o.id::text AND version = 1 LIMIT 1
) AS placed
WHERE o.status = 'PENDING' AND o.created_at <= near.time
    AND (o.state->>'expires_at')::timestamptz <= :now AND placed.position <= told.position
    AND NOT EXISTS (SELECT FROM withheld_streams WHERE stream = 'order-' || o.id::text)
ORDER BY o.created_at LIMIT :limit"""
)


class Expiry:
    """Looks once a second. Several instances may do so at once: the second to cancel an order finds it cancelled."""

    def __init__(
        self, engine: AsyncEngine, handler: Handler, period: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._handler = handler
        self._period = period
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop` is set, through every outage of the database."""
        failures = 0
        while not stop.is_set():
            try:
                while await self.expire_due() == _AT_ONCE:
                    pass
                failures = 0
            except DatabaseFault as fault:
                failures += 1
                log.warning("expiry_postponed", fault=str(fault))
            pause = pause_after(failures) if failures else _EVERY
            await pause_until(stop, pause.total_seconds())

    async def expire_due(self) -> int:
        """Cancels orders that are due, 200 at most, and returns how many were cancelled."""
        due = await self._due(self._clock())
        if not due:
            return 0
        outcomes = await self._handler.handle(due)
        for outcome in outcomes:
            if isinstance(outcome, Failed):
                log.error("order_not_expired", exc_info=outcome.error)
        expired = sum(isinstance(outcome, Decided) and bool(outcome.events) for outcome in outcomes)
        log.info("orders_expired", orders=expired)
        return expired

    async def _due(self, now: datetime) -> list[Submission]:
        with translated():
            async with self._engine.connect() as connection:
                rows = await connection.execute(
                    _DUE, {"now": now, "a_period_ago": now - self._period, "limit": _AT_ONCE}
                )
                return [
                    Submission(
                        ExpireOrder(row.id, now),
                        Context(
                            command_id=derived_id(row.id, "expiry"),
                            correlation_id=row.id,
                            causation_id=row.placed_id,
                            actor=_ACTOR,
                            now=now,
                            customer_id=row.customer_id,
                        ),
                    )
                    for row in rows
                ]
