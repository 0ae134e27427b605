"""What every service tidies up: old idempotency keys, the inbox slot that comes round again; and what it records once."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import idempotency_keys
from shared.database.faults import DatabaseFault, translated
from shared.messaging import inbox
from shared.messaging.topology import Subscription
from shared.stopping import pause_until

log = structlog.get_logger()

_EVERY = timedelta(seconds=10)

_SUBSCRIBED = text(
    "INSERT INTO subscriptions (queue, type, bound_at) VALUES (:queue, :type, :now) ON CONFLICT DO NOTHING"
)


async def record_subscriptions(engine: AsyncEngine, subscription: Subscription, now: datetime) -> None:
    """Notes since when the queue hears each type; what was published before is not missing from it."""
    async with engine.begin() as connection:
        for contract in subscription.contracts:
            await connection.execute(
                _SUBSCRIBED, {"queue": subscription.queue, "type": contract.type, "now": now}
            )


class Housekeeping:
    """Runs beside the consumer; every process may do it, since each step is small and harmless when repeated."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._emptied_on: date | None = None

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.tidy()
            except DatabaseFault as fault:
                log.warning("housekeeping_postponed", fault=str(fault))
            await pause_until(stop, _EVERY.total_seconds())

    async def tidy(self) -> None:
        """One round. Raises a DatabaseFault when the database cannot answer."""
        now = self._clock()
        with translated():
            if self._emptied_on != now.date():
                async with self._engine.begin() as connection:
                    await inbox.empty_coming_slot(connection, now)
                self._emptied_on = now.date()
            deleted = 1
            while deleted:
                async with self._engine.begin() as connection:
                    deleted = await idempotency_keys.expire(connection, now)
