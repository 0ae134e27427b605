"""Where an event goes that could not be handled: to a retry queue, in turn 1, 10 and 60 s, then to the dead letters."""

import traceback
from datetime import datetime
from typing import Any

import orjson
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, HeadersType

from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.messaging import incoming
from shared.messaging.topology import RETRY_DELAYS_SECONDS, Subscription

_HEADER_CHARACTERS = 16_000


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
        failed = incoming.attempts(message)
        if failed >= len(RETRY_DELAYS_SECONDS):
            await self.bury(orjson.dumps([event]), error, message, now)
            return False
        queue = self._subscription.retry(RETRY_DELAYS_SECONDS[failed])
        await self._send(queue, orjson.dumps([event]), error, message, now)
        return True

    async def bury(
        self, body: bytes, error: BaseException, message: AbstractIncomingMessage, now: datetime
    ) -> None:
        """To the dead letters: a body that cannot be read, or one event that cannot be handled."""
        await self._send(self._subscription.dead, body, error, message, now)

    async def _send(
        self, queue: str, body: bytes, error: BaseException, message: AbstractIncomingMessage, now: datetime
    ) -> None:
        if self._exchange is None:
            self._exchange = await self._channel.get_exchange(self._subscription.retry_exchange, ensure=False)
        trace = "".join(traceback.format_exception(error))
        headers: HeadersType = {
            incoming.ATTEMPTS: incoming.attempts(message) + 1,
            incoming.FIRST_FAILED_AT: message.headers.get(incoming.FIRST_FAILED_AT, now.isoformat()),
            incoming.LAST_FAILED_AT: now.isoformat(),
            incoming.ERROR: f"{type(error).__name__}: {error}"[:_HEADER_CHARACTERS],
            incoming.STACK_TRACE: trace[-_HEADER_CHARACTERS:],
            incoming.REPLAYED: incoming.is_replayed(message),
        }
        # Unroutable would mean a queue is gone: aio-pika raises, and the original stays where it is.
        await self._exchange.publish(
            Message(
                body, content_type=BATCH_CONTENT_TYPE, delivery_mode=DeliveryMode.PERSISTENT, headers=headers
            ),
            routing_key=queue,
        )
