"""What the elected relay does: reads committed events forward, publishes them, and keeps track of what is confirmed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.store import EventStore
from shared.messaging.outgoing import EventPublisher, Outgoing, Publish, batched
from shared.messaging.withheld import WithheldStreams
from shared.observability import metrics
from shared.pacing import rest

log = structlog.get_logger()

_READ_AT_ONCE = 1_000
_BATCHES_IN_FLIGHT = 4
_POLL = timedelta(milliseconds=500)
_TRY_WITHHELD_AGAIN_AFTER = timedelta(seconds=30)
_STREAMS_TRIED_AT_ONCE = 100

Read = Callable[[int], Awaitable[Sequence[Recorded]]]


@dataclass(frozen=True, slots=True)
class _InFlight:
    """Published up to `position`, not all of it confirmed."""

    position: int
    events: int
    confirms: "asyncio.Future[Any]"


@dataclass
class Progress:
    """How far the broker has confirmed: everything up to `confirmed` that is not withheld, and nothing of it is in flight."""

    confirmed: int
    in_flight: deque[_InFlight] = field(default_factory=deque[_InFlight])

    def sent(self, position: int, events: int, confirms: "asyncio.Future[Any]") -> None:
        self.in_flight.append(_InFlight(position, events, confirms))

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


class _Unpublishable(Exception):
    """The next event cannot be read, or not be put into words: a bug, and about this event alone."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The next events and their messages; `more` when there may be others behind them."""

    events: Sequence[Recorded]
    messages: Sequence[Outgoing]
    more: bool

    @property
    def published(self) -> int:
        return sum(message.count for message in self.messages)


class Forwarding:
    """Publishes for as long as the leadership lasts. Reading on the session that holds the lock is the check that it does."""

    def __init__(
        self,
        *,
        session: AsyncConnection,
        store: EventStore,
        publish: Publish,
        publisher: EventPublisher,
        progress: Progress,
        withheld: WithheldStreams,
        wake: asyncio.Event,
    ) -> None:
        self._session = session
        self._store = store
        self._publish = publish
        self._publisher = publisher
        self._progress = progress
        self._withheld = withheld
        self._wake = wake
        self._position = progress.confirmed
        self._limit = _READ_AT_ONCE

    async def run(self, stop: asyncio.Event, recording: asyncio.Task[None]) -> None:
        """Until `stop` is set; what is then in flight is waited for. Raises what `recording` fails with."""
        clock = asyncio.get_running_loop().time
        try_withheld_at = clock()
        while not stop.is_set():
            if recording.done():
                recording.result()
            self._wake.clear()
            if self._withheld and clock() >= try_withheld_at and not await self._try_withheld(stop):
                try_withheld_at = clock() + _TRY_WITHHELD_AGAIN_AFTER.total_seconds()
            if not await self._forward():
                await self._idle()
        await self._progress.settle(below=1)

    async def _forward(self) -> bool:
        """Publishes the next events of all streams; returns whether there may be more."""
        began, after = perf_counter(), self._position
        try:
            page = await self._next(
                lambda limit: self._store.forward(self._session, after_position=after, limit=limit),
                self._withheld,
            )
        except _Unpublishable as bug:
            self._position = await self._withheld.add_first_behind(after, str(bug))
            log.error("stream_is_withheld", position=self._position, error=str(bug))
            self._progress.sent(self._position, 0, self._publisher.send([]))
            return True
        if page.events:
            self._position = page.events[-1].position
            self._progress.sent(self._position, page.published, self._publisher.send(page.messages))
            await self._progress.settle(below=_BATCHES_IN_FLIGHT)
            await rest(began, page.published, full=page.more)
        return page.more

    async def _next(self, read: Read, skipped: Container[Recorded] = ()) -> _Page:
        """As many of the next events as can be published, found by halving. Raises _Unpublishable when the first cannot."""
        while True:
            limit = self._limit
            try:
                with translated():
                    events = await read(limit)
                messages = batched((event for event in events if event not in skipped), self._publish)
            except DatabaseFault:
                raise
            except Exception as error:
                # As in a consumer's loop: a bug about one event must not end the whole process.
                self._limit = max(1, limit // 2)
                if limit == 1:
                    log.exception("event_cannot_be_published")
                    raise _Unpublishable(type(error).__name__) from error
            else:
                self._limit = min(_READ_AT_ONCE, limit * 2)
                return _Page(events, messages, more=len(events) == limit)

    async def _try_withheld(self, stop: asyncio.Event) -> bool:
        """Tries some of them again: this may be a version of the program that can read them. Returns whether one is released."""
        await self._progress.settle(below=1)  # what these streams hold before must not come after
        before = len(self._withheld)
        for stream, position in self._withheld.longest_untried(_STREAMS_TRIED_AT_ONCE):
            if position <= self._position + 1 and not stop.is_set():
                await self._try_stream(stream, position)
        return len(self._withheld) < before

    async def _try_stream(self, stream: str, position: int) -> None:
        """Publishes what was passed of it, as far as that is possible by now."""
        more = True
        while more:
            after = position - 1
            try:
                page = await self._next(
                    lambda limit, after=after: self._store.passed(
                        self._session, stream, after_position=after, up_to=self._position, limit=limit
                    )
                )
            except _Unpublishable:
                return
            await self._publisher.send(page.messages)
            metrics.RELAYED_EVENTS.inc(page.published)
            if page.events:
                position = page.events[-1].position + 1
                await self._withheld.advance(stream, position)
            more = page.more
        await self._withheld.release(stream)

    async def _idle(self) -> None:
        """Settles what the broker confirms, until there was a commit or it is time for the next poll."""
        clock = asyncio.get_running_loop().time
        until = clock() + _POLL.total_seconds()
        waiting = asyncio.ensure_future(self._wake.wait())
        try:
            while not waiting.done() and (left := until - clock()) > 0:
                watched: set[asyncio.Future[Any]] = {waiting}
                if self._progress.in_flight:
                    watched.add(self._progress.in_flight[0].confirms)
                await asyncio.wait(watched, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                await self._progress.settle(below=_BATCHES_IN_FLIGHT + 1)
        finally:
            waiting.cancel()
