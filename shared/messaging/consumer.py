"""The consumer: what has been delivered becomes one batch, is committed, and is acknowledged, in that order.

An event that fails, or needs what somebody else holds locked, is sent on alone and its neighbours commit. A fault of
the environment (the database is away) counts against nobody: the same batch runs again until it commits or the link to
the broker is lost, which brings the messages back.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Protocol

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.backoff import pause_after
from shared.contracts import REGISTRY, Contract, ContractViolation
from shared.crash_points import CrashPoint, reached
from shared.database.faults import DatabaseFault, LockedByAnother
from shared.eventsourcing.metadata import Context
from shared.messaging import incoming
from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_channel, persistently
from shared.messaging.deliveries import Deliveries, delivered
from shared.messaging.depth import depth_reported
from shared.messaging.failures import FailureRoutes
from shared.messaging.incoming import Understood, Unreadable
from shared.messaging.reactions import Heard, Reactions, context_of
from shared.messaging.topology import Subscription
from shared.observability import metrics
from shared.pacing import rest
from shared.stopping import pause_until

log = structlog.get_logger()

# A message holds up to 100 events: enough delivered ahead to fill a batch while the one before commits.
PREFETCH = 20
MAX_EVENTS = 500
# The database ends a statement or an idle transaction after some seconds. A batch that took so long and failed may
# simply be too large for this machine just now, and the same one again would fail for ever.
_LONGEST_BATCH = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Reacting:
    """An event that was heard, and the command that it asks for; None leaves no trace but the claim in the inbox."""

    heard: Heard[Any]
    command: Any | None
    context: Context
    replayed: bool


class HandleReactions(Protocol):
    """Commits the commands. One entry each: None when it is done, or the error that it failed with.

    Raises a DatabaseFault when the environment is at fault; then nothing was committed.
    """

    async def __call__(self, batch: Sequence[Reacting], /) -> Sequence[Exception | None]: ...


@dataclass(frozen=True, slots=True)
class _Delivered:
    """One event, the message that it came in, and what it asks for or why it cannot be understood."""

    message: AbstractIncomingMessage
    raw: Any
    outcome: Reacting | Exception


class Consumer:
    """Hears the events of one service's queue."""

    def __init__(
        self,
        *,
        broker_url: str,
        subscription: Subscription,
        reactions: Reactions,
        handle: HandleReactions,
        database_answers: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
        registry: Mapping[str, type[Contract]] = REGISTRY,
    ) -> None:
        self._broker_url = broker_url
        self._subscription = subscription
        self._reactions = reactions
        self._handle = handle
        self._database_answers = database_answers
        self._clock = clock
        self._registry = registry
        self.connected = False

    async def answers(self) -> None:
        """Raises while there is no link to the broker."""
        if not self.connected:
            raise LinkLost("no link to the broker")

    async def run(self, stop: asyncio.Event) -> None:
        """Hears and reacts through every outage, until `stop` is set; finishes the batch it is in."""
        faults = (DatabaseFault, *BROKER_FAULTS)
        await persistently(lambda: self._serve(stop), f"{self._subscription.service}-consumer", faults, stop)

    async def _serve(self, stop: asyncio.Event) -> None:
        # Before the database answers nothing is taken: it would only come back, one delivery older.
        await self._database_answers()
        async with (
            open_channel(
                self._broker_url, f"{self._subscription.service}-consumer", self._subscription
            ) as channel,
            depth_reported(channel, self._subscription),
        ):
            self.connected = True
            try:
                await self._consume(channel, stop)
            finally:
                self.connected = False

    async def _consume(self, channel: AbstractChannel, stop: asyncio.Event) -> None:
        routes = FailureRoutes(channel, self._subscription)
        async with delivered(channel, self._subscription.queue, PREFETCH, stop) as deliveries:
            while (message := await deliveries.next()) is not None:
                began = perf_counter()
                messages = _gather(message, deliveries.ready)
                await self._process(messages, routes, deliveries, stop)
                reached(CrashPoint.HANDLED)
                await messages[-1].ack(multiple=True)
                events = sum(_count(each) for each in messages)
                await rest(began, events, full=len(messages) == PREFETCH or events >= MAX_EVENTS)

    async def _process(
        self,
        messages: Sequence[AbstractIncomingMessage],
        routes: FailureRoutes,
        deliveries: Deliveries,
        stop: asyncio.Event,
    ) -> None:
        """Every event of these messages is committed, or confirmed elsewhere, when this returns."""
        now = self._clock()
        delivered = [event for message in messages for event in self._read(message, now)]
        batch = [event.outcome for event in delivered if isinstance(event.outcome, Reacting)]
        results = await self._commit(batch, deliveries, stop) if batch else ()
        self._measure(batch, results)
        remaining = iter(results)
        for event in delivered:
            error = next(remaining) if isinstance(event.outcome, Reacting) else event.outcome
            if error is not None:
                await self._send_on(event, error, routes, now)

    def _read(self, message: AbstractIncomingMessage, now: datetime) -> list[_Delivered]:
        try:
            events = incoming.read_message(message.body, self._registry)
        except Unreadable as error:
            return [_Delivered(message, message.body, error)]
        replayed = incoming.is_replayed(message)
        return [
            _Delivered(
                message,
                event.raw,
                self._reaction(event, replayed, now) if isinstance(event, Understood) else event.error,
            )
            for event in events
        ]

    def _reaction(self, event: Understood, replayed: bool, now: datetime) -> Reacting | Exception:
        heard = event.heard
        data: Contract = heard.data
        react = self._reactions.get(type(data))
        try:
            command = react(heard) if react is not None else None
        except Exception as error:  # noqa: BLE001 - one event's bug must not take its neighbours with it
            return error
        return Reacting(heard, command, context_of(heard, self._subscription.service, now), replayed)

    async def _commit(
        self, batch: Sequence[Reacting], deliveries: Deliveries, stop: asyncio.Event
    ) -> Sequence[Exception | None]:
        failures = 0
        while True:
            began = perf_counter()
            try:
                return await self._handle(batch)
            except DatabaseFault as fault:
                if stop.is_set():
                    raise
                log.warning("batch_waits_for_database", queue=self._subscription.queue, fault=str(fault))
            too_long = perf_counter() - began > _LONGEST_BATCH.total_seconds()
            failures += 1
            await pause_until(stop, pause_after(failures).total_seconds())
            deliveries.check()
            if too_long and len(batch) > 1:
                middle = len(batch) // 2
                first = await self._commit(batch[:middle], deliveries, stop)
                return [*first, *await self._commit(batch[middle:], deliveries, stop)]

    async def _send_on(
        self, event: _Delivered, error: Exception, routes: FailureRoutes, now: datetime
    ) -> None:
        if isinstance(error, LockedByAnother):
            await routes.wait_for_lock(event.raw, error, event.message, now)
            metrics.CONSUMED_EVENTS.labels(self._subscription.queue, "locked").inc()
            log.warning(
                "event_waits_for_lock",
                queue=self._subscription.queue,
                event_id=str(incoming.event_id_of(event.raw)),
                fault=str(error),
            )
            return
        if isinstance(error, ContractViolation):
            await routes.bury(event.raw, error, event.message, now)
            again = False
        else:
            again = await routes.retry_later(event.raw, error, event.message, now)
        metrics.CONSUMED_EVENTS.labels(self._subscription.queue, "retried" if again else "dead").inc()
        log.error(
            "event_will_be_retried" if again else "event_is_dead",
            queue=self._subscription.queue,
            event_id=str(incoming.event_id_of(event.raw)),
            exc_info=error,
        )

    def _measure(self, batch: Sequence[Reacting], results: Sequence[Exception | None]) -> None:
        if not batch:
            return
        queue = self._subscription.queue
        metrics.COMMIT_BATCH_SIZE.labels("queue").observe(len(batch))
        metrics.CONSUMED_EVENTS.labels(queue, "handled").inc(sum(error is None for error in results))
        oldest = min(reacting.heard.time for reacting in batch)
        metrics.CONSUMER_LAG.labels(queue).set((self._clock() - oldest).total_seconds())


def _gather(
    first: AbstractIncomingMessage, ready: deque[AbstractIncomingMessage]
) -> list[AbstractIncomingMessage]:
    """What has been delivered by now, up to one batch; a message that came before is taken alone."""
    messages = [first]
    events = _count(first)
    while not first.redelivered and ready and not ready[0].redelivered and events < MAX_EVENTS:
        messages.append(ready.popleft())
        events += _count(messages[-1])
    return messages


def _count(message: AbstractIncomingMessage) -> int:
    value = message.headers.get("count", 1)
    return max(1, value) if isinstance(value, int) else 1
