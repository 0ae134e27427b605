"""The drain: what lies in a service's `.dead` queue moves into its `dead_letters` table, where it can be looked at."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from aio_pika.abc import AbstractIncomingMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database.faults import DatabaseFault, translated
from shared.eventsourcing.ids import derived_id, new_id
from shared.messaging import incoming
from shared.messaging.connection import BROKER_FAULTS, open_channel, persistently
from shared.messaging.deliveries import delivered
from shared.messaging.topology import Subscription

log = structlog.get_logger()

PREFETCH = 20

_COLUMNS = (
    "id, queue, event_id, type, body, error, stack_trace, attempts, first_failed_at, last_failed_at, replayed"
)
_INSERT = (
    f"INSERT INTO dead_letters ({_COLUMNS})"
    " VALUES (:id, :queue, :event_id, :type, :body, :error, :stack_trace, :attempts, :first, :last, :replayed)"
)
# An event that has failed since opens its letter again, as what it is now; an older failure that comes late, or the
# same message delivered again, changes nothing.
_STORE_EVENT = text(
    f"{_INSERT} ON CONFLICT (queue, event_id) WHERE event_id IS NOT NULL DO UPDATE SET"
    " status = 'OPEN', type = excluded.type, body = excluded.body,"
    " error = excluded.error, stack_trace = excluded.stack_trace,"
    " attempts = dead_letters.attempts + excluded.attempts, last_failed_at = excluded.last_failed_at,"
    " replayed = excluded.replayed, closed_by = NULL, closed_reason = NULL, closed_at = NULL"
    " WHERE greatest(dead_letters.last_failed_at, dead_letters.closed_at) < excluded.last_failed_at"
)
_STORE_UNIDENTIFIED = text(f"{_INSERT} ON CONFLICT (id) DO NOTHING")


class DeadLetterDrain:
    """Moves dead letters of one service from its queue to its table, each event a row of its own."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        broker_url: str,
        subscription: Subscription,
        database_answers: Callable[[], Awaitable[None]],
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
        async with (
            open_channel(
                self._broker_url, f"{self._subscription.service}-dead-letters", self._subscription
            ) as channel,
            delivered(channel, self._subscription.dead, PREFETCH, stop) as deliveries,
        ):
            while (message := await deliveries.next()) is not None:
                await self._store(message)
                await message.ack()

    async def _store(self, message: AbstractIncomingMessage) -> None:
        rows = [
            self._row(message, index, raw, body) for index, (raw, body) in enumerate(_events(message.body))
        ]
        with translated():
            async with self._engine.begin() as connection:
                for row in rows:
                    statement = _STORE_UNIDENTIFIED if row["event_id"] is None else _STORE_EVENT
                    await connection.execute(statement, row)
        log.error("dead_letter_stored", queue=self._subscription.queue, letters=len(rows))

    def _row(self, message: AbstractIncomingMessage, index: int, raw: Any, body: bytes) -> dict[str, Any]:
        now = self._clock()
        return {
            "id": _letter_id(message, index),
            "queue": self._subscription.queue,
            "event_id": incoming.event_id_of(raw),
            "type": _type_of(raw),
            "body": body,
            # Without a header of ours it was the broker that gave up: x-death names the reason.
            "error": _text(message.headers.get(incoming.ERROR, "delivery limit of the broker reached")),
            "stack_trace": _text(message.headers.get(incoming.STACK_TRACE, "")),
            "attempts": incoming.attempts(message) or 1,
            "first": incoming.time_in(message, incoming.FIRST_FAILED_AT, now),
            "last": incoming.time_in(message, incoming.LAST_FAILED_AT, now),
            "replayed": incoming.is_replayed(message),
        }


def _events(body: bytes) -> list[tuple[Any, bytes]]:
    """The events of a dead message, each with its own body; the whole body where they cannot be told apart."""
    try:
        events = [(raw, incoming.body_of(raw)) for raw in incoming.raw_events(body)]
    except incoming.Unreadable:
        return [(body, body)]
    alone = [(raw, own) for raw, own in events if own is not None]
    return alone if len(alone) == len(events) else [(body, body)]


def _letter_id(message: AbstractIncomingMessage, index: int) -> UUID:
    """The same for the same message, however often it is delivered."""
    try:
        return derived_id(UUID(message.message_id or ""), f"dead letter {index}")
    except ValueError:
        return new_id()


def _type_of(raw: Any) -> str | None:
    try:
        return _text(raw["type"])
    except (TypeError, KeyError):
        return None


def _text(value: object) -> str:
    """PostgreSQL's text holds no NUL."""
    return str(value).replace("\x00", "\\x00")
