"""What lies behind a cursor: from memory where it is there, else from the stream, until memory takes over."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import structlog

from notification_gateway.cursors import BEGINNING, Cursor
from notification_gateway.entries import Entry, entries_of
from notification_gateway.journal import Journal
from notification_gateway.stream import first_delivery, offset_of, read_stream
from shared.messaging.connection import BROKER_FAULTS, open_connection

log = structlog.get_logger()

MOST_READERS = 4
SLICE, SLICE_BYTES = 200, 500_000
_SILENCE_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
_LOOK_EVERY_SECONDS = 0.02


class CannotCatchUp(Exception):
    """The events behind the cursor cannot be told; `reason` is for the client."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownCursor(CannotCatchUp):
    """The stream does not hold the cursor's event: it was truncated, or is another one."""

    def __init__(self) -> None:
        super().__init__("cursor_unknown")


class NoReaderFree(CannotCatchUp):
    """So many read the stream already that one more would slow them all down, or the same customer does."""

    def __init__(self) -> None:
        super().__init__("too_many_readers")


class CatchingUp:
    """Reads on from cursors. At most 4 read the stream at a time, and of one customer one."""

    def __init__(self, broker_url: str, journal: Journal) -> None:
        self._broker_url = broker_url
        self._journal = journal
        self._readers = 0
        self._customers: set[str] = set()

    async def behind(self, cursor: Cursor, customer: str | None = None) -> AsyncGenerator[Sequence[Entry]]:
        """Everything behind the cursor, in order, copies left out, in slices of some 200.

        The last slice alone is empty. It comes when nothing is behind: whoever acts on it without waiting for anything
        misses nothing. Others work between any two. Raises CannotCatchUp; goes on through outages of the broker, for as long as they take.
        """
        journal = self._journal
        known = False
        while True:
            await journal.ready.wait()
            history = journal.history
            if history.covers(cursor.position) and (known or history.knows(cursor)):
                known = True
                if journal.reached < cursor.position:  # another instance gave it, which is ahead of this one
                    await asyncio.sleep(_LOOK_EVERY_SECONDS)
                    continue
                found = history.after(cursor.position, SLICE, SLICE_BYTES)
                yield found
                if not found:
                    return
                cursor = found[-1].cursor
                # Whoever finds nothing in it that is due waits for nothing else.
                await asyncio.sleep(0)
                continue
            async with aclosing(self._from_stream(cursor, customer)) as messages:
                async for entries in messages:
                    known = True
                    if entries:
                        cursor = entries[-1].cursor
                    originals = [each for each in entries if not journal.first_positions.is_copy(each)]
                    if originals:
                        yield originals
                    if journal.history.covers(cursor.position):
                        break

    async def _from_stream(self, cursor: Cursor, customer: str | None) -> AsyncGenerator[Sequence[Entry]]:
        if self._readers >= MOST_READERS or customer in self._customers:
            raise NoReaderFree
        self._readers += 1
        if customer is not None:
            self._customers.add(customer)
        try:
            async with aclosing(self._read(cursor)) as messages:
                async for entries in messages:
                    yield entries
        except BROKER_FAULTS as fault:
            log.warning("catching_up_interrupted", fault=str(fault) or type(fault).__name__)
            await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self._readers -= 1
            if customer is not None:
                self._customers.remove(customer)

    async def _read(self, cursor: Cursor) -> AsyncGenerator[Sequence[Entry]]:
        never = asyncio.Event()
        async with open_connection(self._broker_url, "gateway-catching-up") as connection:
            channel = await connection.channel()
            start = "first" if cursor == BEGINNING else cursor.offset
            async with read_stream(channel, start, never) as deliveries:
                message = await first_delivery(deliveries, _SILENCE_SECONDS)
                if message is None or offset_of(message) != max(0, cursor.offset):
                    raise UnknownCursor
                entries = entries_of(offset_of(message), message.body)
                if cursor != BEGINNING and cursor not in [each.cursor for each in entries]:
                    raise UnknownCursor
                while message is not None:
                    yield [each for each in entries if each.position > cursor.position]
                    await message.ack()
                    message = await deliveries.next()
                    if message is not None:
                        entries = entries_of(offset_of(message), message.body)
