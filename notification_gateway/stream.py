"""The notification stream, read live: filled from its last part first, then followed through every outage."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from notification_gateway.entries import entries_of
from notification_gateway.journal import Journal
from shared.messaging.connection import BROKER_FAULTS, LinkLost, open_channel, persistently
from shared.messaging.deliveries import Deliveries, delivered
from shared.messaging.topology import NOTIFICATION_STREAM

log = structlog.get_logger()

PREFETCH = 200
# So many of the last messages tell how far back the ids are that are wanted: a message holds 1 to 100 of them, and
# nothing tells how many before it was read.
_SAMPLE = 200
# A stream that holds anything at the place asked for delivers it at once.
_SILENCE_SECONDS = 1.0
_SILENCE_AFTER_RECONNECTING_SECONDS = 5.0
_PATIENCE_SECONDS = 10.0


def offset_of(message: AbstractIncomingMessage) -> int:
    offset = message.headers["x-stream-offset"]
    assert isinstance(offset, int)
    return offset


@asynccontextmanager
async def read_stream(
    channel: AbstractChannel, offset: int | str, stop: asyncio.Event
) -> AsyncGenerator[Deliveries]:
    """The stream's messages from the offset on; one that was truncated silently begins later."""
    async with delivered(channel, NOTIFICATION_STREAM, PREFETCH, stop, stream_offset=offset) as deliveries:
        yield deliveries


async def first_delivery(deliveries: Deliveries, patience: float) -> AbstractIncomingMessage | None:
    """None when there is nothing at that place, or it is time to stop."""
    try:
        async with asyncio.timeout(patience):
            return await deliveries.next()
    except TimeoutError:
        return None


class StreamFollower:
    """Keeps the journal up to date. `connected` while it hears what is published."""

    def __init__(self, broker_url: str, journal: Journal) -> None:
        self._broker_url = broker_url
        self._journal = journal
        self._last: tuple[int, bytes] | None = None
        # Outlives `_last`, which is forgotten with the stream that it was read from.
        self._has_read = False
        self.connected = False

    async def follows(self) -> None:
        """Raises while events do not arrive, or while it is not known which are copies."""
        if not self.connected:
            raise LinkLost("no link to the broker")
        if not self._journal.ready.is_set():
            raise LinkLost("recent event ids are still being read")

    async def run(self, stop: asyncio.Event) -> None:
        await persistently(lambda: self._serve(stop), "gateway-stream", BROKER_FAULTS, stop)

    async def _serve(self, stop: asyncio.Event) -> None:
        async with open_channel(self._broker_url, "gateway-stream") as channel:
            try:
                if self._journal.ready.is_set():
                    await self._go_on(channel, stop)
                while not stop.is_set():
                    await self._fill_and_follow(channel, stop)
            finally:
                self.connected = False

    async def _go_on(self, channel: AbstractChannel, stop: asyncio.Event) -> None:
        """From the last message that was read. Returns when this is another stream, or it is time to stop."""
        if self._last is None:
            async with read_stream(channel, "first", stop) as deliveries:
                return await self._follow(deliveries, await self._next(deliveries))
        offset, body = self._last
        async with read_stream(channel, offset, stop) as deliveries:
            message = await first_delivery(deliveries, _SILENCE_AFTER_RECONNECTING_SECONDS)
            if message is not None and offset_of(message) == offset and message.body == body:
                await message.ack()
                return await self._follow(deliveries, await self._next(deliveries))
        if not stop.is_set():
            log.warning("stream_is_another_one", offset=offset)
            self._journal.lose("stream_lost")
            self._last = None
        return None

    async def _fill_and_follow(self, channel: AbstractChannel, stop: asyncio.Event) -> None:
        """Reads the last part of the stream, further back until it holds enough ids, and then goes on."""
        began = asyncio.get_running_loop().time()
        newest = await self._newest_offset(channel, stop)
        span = _SAMPLE
        while not stop.is_set():
            start = 0 if newest is None else max(0, newest - span)
            async with read_stream(channel, start or "first", stop) as deliveries:
                message = await deliveries.next() if newest is not None else None
                self._journal.begin(0 if message is None else offset_of(message))
                while newest is not None and message is not None:
                    reached = offset_of(message) >= newest
                    await self._take(message, nothing_waits=reached)
                    if reached:
                        break
                    message = await deliveries.next()
                if stop.is_set():
                    return
                if start == 0 or self._journal.first_positions.full:
                    self._journal.filled()
                    took = asyncio.get_running_loop().time() - began
                    log.info(
                        "stream_is_followed",
                        ids=len(self._journal.first_positions),
                        offset=newest,
                        read_from=start,
                        seconds=round(took, 1),
                    )
                    return await self._follow(deliveries, await self._next(deliveries))
            span = self._further_back(span)

    def _further_back(self, span: int) -> int:
        """A span that should hold enough ids, going by the one that was read, and a quarter more: messages differ."""
        known = self._journal.first_positions
        # A message holds one event at least.
        wanted = span * known.most // max(span, len(known))
        return max(2 * span, wanted * 5 // 4)

    async def _newest_offset(self, channel: AbstractChannel, stop: asyncio.Event) -> int | None:
        """The offset of a message near the end; None when there is none at all."""
        declared = await channel.declare_queue(NOTIFICATION_STREAM, passive=True)
        # Counted every few seconds, so 0 may be wrong for a while; more than that never is.
        holds_messages = bool(declared.declaration_result.message_count)
        async with read_stream(channel, "last", stop) as deliveries:
            # A stream that held messages once may be slow to start, and count none, after its broker's restart.
            patience = _PATIENCE_SECONDS if holds_messages or self._has_read else _SILENCE_SECONDS
            message = await first_delivery(deliveries, patience)
        if message is None and holds_messages and not stop.is_set():
            raise LinkLost("the stream holds messages and delivers none")
        return None if message is None else offset_of(message)

    async def _follow(self, deliveries: Deliveries, message: AbstractIncomingMessage | None) -> None:
        while message is not None:
            await self._take(message, nothing_waits=not deliveries.ready)
            message = await self._next(deliveries)

    async def _next(self, deliveries: Deliveries) -> AbstractIncomingMessage | None:
        self.connected = True
        return await deliveries.next()

    async def _take(self, message: AbstractIncomingMessage, *, nothing_waits: bool) -> None:
        offset = offset_of(message)
        if self._last is None or offset > self._last[0] or not self._journal.ready.is_set():
            self._journal.append(entries_of(offset, message.body))
            self._last = offset, message.body
            self._has_read = True
        # The broker sends on once half of what it may is acknowledged; one by one would cost more than reading.
        if nothing_waits or offset % (PREFETCH // 4) == 0:
            await message.ack(multiple=True)
