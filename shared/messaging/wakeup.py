"""Tells the relay of another process that something was committed, by NOTIFY.

Outside the transaction: inside, NOTIFY takes a lock at COMMIT that serializes the whole server.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.recorded import Recorded
from shared.stopping import woken_by

log = structlog.get_logger()

CHANNEL = "committed"
_COALESCED_SECONDS = 0.005


class Notifier:
    """One NOTIFY for all commits of the last 5 ms. A lost one costs at most the relay's poll interval."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._committed = asyncio.Event()

    def observe(self, events: Sequence[Recorded]) -> None:
        if events:
            self._committed.set()

    async def run(self, stop: asyncio.Event) -> None:
        with woken_by(stop, self._committed):
            while not stop.is_set():
                await self._committed.wait()
                await asyncio.sleep(_COALESCED_SECONDS)
                self._committed.clear()
                await self._notify()

    async def _notify(self) -> None:
        try:
            with translated():
                async with self._engine.connect() as connection:
                    await connection.execute(text(f"NOTIFY {CHANNEL}"))
        except DatabaseFault as fault:
            log.debug("relay_not_notified", fault=str(fault))
