"""The relay: reads the event table forward and publishes it, so that every committed event is published at least once.

One relay per service is active, elected by an advisory lock of a session that it also reads with: when the session
is gone, so is the leadership, before the next batch. Two leaders for a moment cause repeats only.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.database.engine import addressed
from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.messaging.checkpoint import Checkpoint, find_checkpoint
from shared.messaging.connection import BROKER_FAULTS, open_channel, persistently
from shared.messaging.forwarding import Forwarding, Progress
from shared.messaging.outgoing import EventPublisher, Publish
from shared.messaging.wakeup import CHANNEL
from shared.messaging.withheld import WithheldStreams
from shared.observability import metrics
from shared.stopping import pause_until, woken_by

log = structlog.get_logger()

_LEADER_LOCK = 4_837_103
_STAND_BY = timedelta(seconds=1)

# The server notices within seconds that a leader's machine is gone, and frees the lock; and after a while that its
# process hangs: whoever leads or stands by asks something every second, unless it waits long for the broker.
_SESSION = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "idle_session_timeout": "15s",
}


class Relay:
    """Publishes what one service has committed. `publish` maps a stored event to its contract, or to nothing."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        database_url: str,
        broker_url: str,
        service: str,
        store: EventStore,
        publish: Publish,
        wake_another: Callable[[Sequence[Recorded]], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._database_url = database_url
        self._broker_url = broker_url
        self._service = service
        self._store = store
        self._publish = publish
        self._wake_another = wake_another
        self._checkpoint = Checkpoint(engine, clock)
        self._wake = asyncio.Event()
        self.leads = False

    def observe(self, events: Sequence[Recorded]) -> None:
        """Wakes the active relay after a commit: this one, or by way of the database that of another process."""
        if self.leads:
            self._wake.set()
        else:
            self._wake_another(events)

    def _notified(self, *_about: object) -> None:
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Stands for election and publishes while elected, through every outage, until `stop` is set."""
        with woken_by(stop, self._wake):
            await persistently(lambda: self._serve(stop), "relay", (DatabaseFault, *BROKER_FAULTS), stop)

    async def _serve(self, stop: asyncio.Event) -> None:
        with translated():
            async with self._session() as session:
                while not await self._elected(session):
                    if stop.is_set():
                        return
                    await pause_until(stop, _STAND_BY.total_seconds())
                log.info("relay_leads")
                self.leads = True
                try:
                    await self._lead(session, stop)
                finally:
                    self.leads = False
                    metrics.WITHHELD_STREAMS.set(0)

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[AsyncConnection, None]:
        """A direct connection of its own: the lock, the notifications and the reads share one session."""
        address, arguments = addressed(self._database_url)
        engine = create_async_engine(
            address,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                **arguments,
                "timeout": 5,
                "command_timeout": 15,
                "server_settings": {"application_name": f"{self._service}-relay", **_SESSION},
            },
        )
        try:
            async with engine.connect() as session:
                raw = await session.get_raw_connection()
                driver: Any = raw.driver_connection
                await driver.add_listener(CHANNEL, self._notified)
                yield session
        finally:
            await engine.dispose()

    async def _elected(self, session: AsyncConnection) -> bool:
        return bool(await session.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADER_LOCK}))

    async def _lead(self, session: AsyncConnection, stop: asyncio.Event) -> None:
        async with open_channel(self._broker_url, f"{self._service}-relay") as channel:
            progress = Progress(confirmed=await find_checkpoint(session))
            forwarding = Forwarding(
                session=session,
                store=self._store,
                publish=self._publish,
                publisher=EventPublisher(channel),
                progress=progress,
                withheld=await WithheldStreams.of(session),
                wake=self._wake,
            )
            recording = asyncio.create_task(self._checkpoint.record(lambda: progress.confirmed, stop))
            try:
                await forwarding.run(stop, recording)
            finally:
                progress.abandon()
                recording.cancel()
                await asyncio.gather(recording, return_exceptions=True)
            await self._checkpoint.save(progress.confirmed)
