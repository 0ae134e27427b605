"""Where an event goes that could not be handled: to a retry queue, in turn 1, 10 and 60 s, then to the dead letters."""

import traceback
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, HeadersType

from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.eventsourcing.ids import new_id
from shared.messaging import incoming
from shared.messaging.topology import RETRY_DELAYS_SECONDS, Subscription

# Headers have to fit in one frame of 128 kB; a longer text would cost us the connection, again and again.
_HEADER_BYTES = 32_000


class FailureRoutes:
    """Sends failed events on, each alone; returns only when the broker has confirmed, so the original may be acknowledged."""

    def __init__(self, channel: AbstractChannel, subscription: Subscription) -> None:
        self._channel = channel
        self._subscription = subscription
        self._exchange: AbstractExchange | None = None

    async def retry_later(
        self, event: Any, error: BaseException, message: AbstractIncomingMessage, now: datetime
    ) -> bool:
        """To the next retry queue; to the dead letters, with False, when all delays have been used up."""
        failed, body = incoming.attempts(message), incoming.body_of(event)
        if failed >= len(RETRY_DELAYS_SECONDS) or body is None:
            await self.bury(event, error, message, now)
            return False
        await self._send(self._subscription.retry(RETRY_DELAYS_SECONDS[failed]), body, error, message, now)
        return True

    async def wait_for_lock(
        self, event: Any, error: BaseException, message: AbstractIncomingMessage, now: datetime
    ) -> None:
        """To the retry queues in turn, and the slowest from then on: a lock passes, so it never makes a dead letter."""
        waits, body = incoming.lock_waits(message), incoming.body_of(event)
        delay = RETRY_DELAYS_SECONDS[min(waits, len(RETRY_DELAYS_SECONDS) - 1)]
        await self._send(
            self._subscription.retry(delay),
            # Its neighbours come along when it cannot be told apart; they are committed, so they are repeats.
            message.body if body is None else body,
            error,
            message,
            now,
            {incoming.ATTEMPTS: incoming.attempts(message), incoming.LOCK_WAITS: waits + 1},
        )

    async def bury(
        self, event: Any, error: BaseException, message: AbstractIncomingMessage, now: datetime
    ) -> None:
        """To the dead letters: a body that cannot be read, or one event that cannot be handled.

        An event that cannot be written as a message of its own takes its whole message along.
        """
        body = incoming.body_of(event)
        await self._send(self._subscription.dead, message.body if body is None else body, error, message, now)

    async def _send(
        self,
        queue: str,
        body: bytes,
        error: BaseException,
        message: AbstractIncomingMessage,
        now: datetime,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        if self._exchange is None:
            self._exchange = await self._channel.get_exchange(self._subscription.retry_exchange, ensure=False)
        trace = "".join(traceback.format_exception(error))
        headers: HeadersType = {
            **(counts or {incoming.ATTEMPTS: incoming.attempts(message) + 1}),
            incoming.FIRST_FAILED_AT: incoming.time_in(message, incoming.FIRST_FAILED_AT, now).isoformat(),
            incoming.LAST_FAILED_AT: now.isoformat(),
            incoming.ERROR: _cut(f"{type(error).__name__}: {error}", slice(_HEADER_BYTES)),
            incoming.STACK_TRACE: _cut(trace, slice(-_HEADER_BYTES, None)),
            incoming.REPLAYED: incoming.is_replayed(message),
        }
        # Raises when it came into no queue; the original then stays where it is.
        await self._exchange.publish(
            Message(
                body,
                content_type=BATCH_CONTENT_TYPE,
                delivery_mode=DeliveryMode.PERSISTENT,
                message_id=new_id().hex,
                headers=headers,
            ),
            routing_key=queue,
        )


def _cut(text: str, part: slice) -> str:
    """Part of the text, counted in bytes of UTF-8; what has no place in UTF-8 becomes a question mark."""
    return text.encode("utf-8", "replace")[part].decode("utf-8", "ignore")
