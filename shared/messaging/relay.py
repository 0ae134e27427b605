"""The relay: reads the event table forward and publishes it, so that every committed event is published at least once.

One relay per service is active, elected by an advisory lock of a session that it also reads with: when the session
is gone, so is the leadership, before the next batch. Two leaders for a moment cause repeats only.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
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
from shared.messaging.outgoing import EventPublisher, Outgoing, Publish, batched
from shared.messaging.wakeup import CHANNEL
from shared.observability import metrics
from shared.pacing import rest
from shared.stopping import pause_until, woken_by

log = structlog.get_logger()

_LEADER_LOCK = 4_837_103
_READ_AT_ONCE = 1_000
_BATCHES_IN_FLIGHT = 4
_POLL = timedelta(milliseconds=500)
_STAND_BY = timedelta(seconds=1)

# The server notices within seconds that a leader's machine is gone, and frees the lock; and after a while that its
# process hangs: whoever leads or stands by asks something every second, unless it waits long for the broker.
_SESSION = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "idle_session_timeout": "15s",
}


@dataclass(frozen=True, slots=True)
class _InFlight:
    """Published up to `position`, not all of it confirmed."""

    position: int
    events: int
    confirms: "asyncio.Future[Any]"


@dataclass
class _Progress:
    """How far the broker has confirmed: everything up to `confirmed` and nothing of it is in flight."""

    confirmed: int
    in_flight: deque[_InFlight] = field(default_factory=deque[_InFlight])

    async def settle(self, *, below: int) -> None:
        """Takes finished batches off the front; waits for the oldest while `below` or more are in flight."""
        while self.in_flight and (len(self.in_flight) >= below or self.in_flight[0].confirms.done()):
            oldest = self.in_flight[0]
            await oldest.confirms
            self.in_flight.popleft()
            self.confirmed = oldest.position
            metrics.RELAYED_EVENTS.inc(oldest.events)

    def abandon(self) -> None:
        """What is in flight will be published again, whatever becomes of it now."""
        for batch in self.in_flight:
            batch.confirms.add_done_callback(lambda confirms: confirms.cancelled() or confirms.exception())
            batch.confirms.cancel()


class Unpublishable(Exception):
    """A stored event that cannot be read or put into words: a bug, and nothing after it is published until it is mended.

    Tried again and again, out loud; what else this process does goes on.
    """


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
            faults = (DatabaseFault, Unpublishable, *BROKER_FAULTS)
            await persistently(lambda: self._serve(stop), "relay", faults, stop)

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
            publisher = EventPublisher(channel)
            progress = _Progress(confirmed=await find_checkpoint(session))
            recording = asyncio.create_task(self._checkpoint.record(lambda: progress.confirmed, stop))
            try:
                await self._forward(session, publisher, progress, stop, recording)
            finally:
                progress.abandon()
                recording.cancel()
                await asyncio.gather(recording, return_exceptions=True)
            await self._checkpoint.save(progress.confirmed)

    async def _forward(
        self,
        session: AsyncConnection,
        publisher: EventPublisher,
        progress: _Progress,
        stop: asyncio.Event,
        recording: asyncio.Task[None],
    ) -> None:
        position, limit = progress.confirmed, _READ_AT_ONCE
        while not stop.is_set():
            if recording.done():
                recording.result()
            self._wake.clear()
            began = perf_counter()
            try:
                events, messages = await self._read(session, position, limit)
            except Unpublishable:
                if limit == 1:
                    raise
                limit = max(1, limit // 2)  # what lies before it is published first
                continue
            more, limit = len(events) == limit, _READ_AT_ONCE
            if events:
                position = events[-1].position
                count = sum(message.count for message in messages)
                progress.in_flight.append(_InFlight(position, count, publisher.send(messages)))
                await progress.settle(below=_BATCHES_IN_FLIGHT)
                await rest(began, count, full=more)
            if not more:
                await self._idle(progress)
        await progress.settle(below=1)

    async def _read(
        self, session: AsyncConnection, position: int, limit: int
    ) -> tuple[list[Recorded], list[Outgoing]]:
        try:
            with translated():
                # Reading on the session that holds the lock is the check that it is still ours.
                events = await self._store.forward(session, after_position=position, limit=limit)
            return events, batched(events, self._publish)
        except DatabaseFault:
            raise
        except Exception as error:  # as in a consumer loop: one event's bug must not end the whole process
            if limit == 1:
                log.exception("event_cannot_be_published", after_position=position)
            raise Unpublishable(f"the first event after position {position}") from error

    async def _idle(self, progress: _Progress) -> None:
        """Settles what the broker confirms, until there was a commit or it is time for the next poll."""
        clock = asyncio.get_running_loop().time
        until = clock() + _POLL.total_seconds()
        waiting = asyncio.ensure_future(self._wake.wait())
        try:
            while not waiting.done() and (left := until - clock()) > 0:
                watched: set[asyncio.Future[Any]] = {waiting}
                if progress.in_flight:
                    watched.add(progress.in_flight[0].confirms)
                await asyncio.wait(watched, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                await progress.settle(below=_BATCHES_IN_FLIGHT + 1)
        finally:
            waiting.cancel()
