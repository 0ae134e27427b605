"""The drain: what lies in a service's `.dead` queue moves into its `dead_letters` table, where it can be looked at."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.ids import new_id
from shared.messaging import incoming
from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_channel, persistently
from shared.messaging.topology import Subscription

log = structlog.get_logger()

_STORE = text(
    "INSERT INTO dead_letters"
    " (id, queue, event_id, type, body, error, stack_trace, attempts, first_failed_at, last_failed_at)"
    " VALUES (:id, :queue, :event_id, :type, :body, :error, :stack_trace, :attempts, :first, :last)"
    " ON CONFLICT (queue, event_id) WHERE event_id IS NOT NULL DO UPDATE SET"
    " status = 'OPEN', error = excluded.error, stack_trace = excluded.stack_trace,"
    " attempts = dead_letters.attempts + excluded.attempts, last_failed_at = excluded.last_failed_at"
)


class DeadLetterDrain:
    """Moves dead letters of one service from its queue to its table, each event a row of its own."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        broker_url: str,
        subscription: Subscription,
        database_answers: Callable[[], Any],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._broker_url = broker_url
        self._subscription = subscription
        self._database_answers = database_answers
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        faults = (DatabaseFault, *BROKER_FAULTS)
        await persistently(
            lambda: self._serve(stop), f"{self._subscription.service}-dead-letters", faults, stop
        )

    async def _serve(self, stop: asyncio.Event) -> None:
        await self._database_answers()
        async with open_channel(self._broker_url, f"{self._subscription.service}-dead-letters") as channel:
            await self._drain(channel, stop)

    async def _drain(self, channel: AbstractChannel, stop: asyncio.Event) -> None:
        await channel.set_qos(prefetch_count=20)
        queue = await channel.get_queue(self._subscription.dead, ensure=False)
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def move(message: AbstractIncomingMessage) -> None:
            try:
                await self._store(message)
                await message.ack()
            except (DatabaseFault, *BROKER_FAULTS) as fault:
                if not broken.done():
                    broken.set_exception(fault)

        await queue.consume(move)
        stopping = asyncio.ensure_future(stop.wait())
        closed = asyncio.ensure_future(channel.closed())
        try:
            await asyncio.wait({stopping, closed, broken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            closed.cancel()
        if broken.done():
            broken.result()
        if not stop.is_set():
            raise LinkLost("the channel was closed")

    async def _store(self, message: AbstractIncomingMessage) -> None:
        rows = [self._row(message, event, body) for event, body in _events(message.body)]
        with translated():
            async with self._engine.begin() as connection:
                for row in rows:
                    await connection.execute(_STORE, row)
        log.error("dead_letter_stored", queue=self._subscription.queue, letters=len(rows))

    def _row(
        self, message: AbstractIncomingMessage, event_id: UUID | None, body: tuple[str | None, bytes]
    ) -> dict[str, Any]:
        now = self._clock()
        event_type, raw = body
        return {
            "id": new_id(),
            "queue": self._subscription.queue,
            "event_id": event_id,
            "type": event_type,
            "body": raw,
            # Without a header of ours it was the broker that gave up: x-death names the reason.
            "error": _text(message.headers.get(incoming.ERROR, "delivery limit of the broker reached")),
            "stack_trace": _text(message.headers.get(incoming.STACK_TRACE, "")),
            "attempts": incoming.attempts(message) or 1,
            "first": _time(message.headers.get(incoming.FIRST_FAILED_AT), now),
            "last": _time(message.headers.get(incoming.LAST_FAILED_AT), now),
        }


def _events(body: bytes) -> list[tuple[UUID | None, tuple[str | None, bytes]]]:
    """The events of a dead message, each alone with its id and type; the whole body where that cannot be told."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return [(None, (None, body))]
    if not isinstance(document, list):
        return [(None, (None, body))]
    events = cast(list[Any], document)
    return [(incoming.event_id_of(raw), (_type_of(raw), orjson.dumps([raw]))) for raw in events]


def _type_of(raw: Any) -> str | None:
    try:
        return _text(raw["type"])
    except (TypeError, KeyError):
        return None


def _text(value: object) -> str:
    """PostgreSQL's text holds no NUL."""
    return str(value).replace("\x00", "\\x00")


def _time(value: object, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return otherwise
