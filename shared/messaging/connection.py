"""Connections to the broker: opened when needed, given up whole when anything breaks, opened again with backoff."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from aio_pika import connect
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, AMQPError, ChannelInvalidStateError
from pamqp.exceptions import PAMQPException

from shared.backoff import LONGEST_PAUSE, pause_after
from shared.messaging.declaring import require
from shared.messaging.topology import Subscription
from shared.stopping import pause_until

log = structlog.get_logger()

# A link that is cut without being closed shows after a few missed heartbeats.
HEARTBEAT_SECONDS = 5
_CONNECT_TIMEOUT_SECONDS = 5
_CLOSE_TIMEOUT_SECONDS = 2

# Told to stop, an attempt may finish what it is in; a broker or database that says nothing must not keep the process.
_GRACE_SECONDS = 5.0

# A closed channel is not among the client's own AMQP errors: it says so with a RuntimeError of its own.
BROKER_FAULTS = (AMQPError, PAMQPException, ChannelInvalidStateError, OSError, TimeoutError)


class LinkLost(ConnectionError):
    """The channel or its connection is gone; what was not acknowledged will be delivered again."""


@asynccontextmanager
async def open_connection(url: str, name: str) -> AsyncGenerator[AbstractConnection, None]:
    """A connection that is given up at the end of the block, if need be without the broker's consent."""
    try:
        connection = await connect(
            url,
            timeout=_CONNECT_TIMEOUT_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            client_properties={"connection_name": name},
        )
    except StopAsyncIteration as error:  # how the client says that the far end hung up before its first word
        raise LinkLost("the broker hung up at the greeting") from error
    try:
        yield connection
    finally:
        with suppress(*CONNECTION_EXCEPTIONS, TimeoutError):
            await asyncio.wait_for(connection.close(), _CLOSE_TIMEOUT_SECONDS)


@asynccontextmanager
async def open_channel(url: str, name: str, *added: Subscription) -> AsyncGenerator[AbstractChannel, None]:
    """A channel on a connection of its own, once the whole topology is there, and these subscriptions with it.

    Raises one of BROKER_FAULTS while it is not. What is published on it raises unless the broker has confirmed it in at least one queue.
    """
    async with open_connection(url, name) as connection:
        yield await _prepare(connection, added)


async def _prepare(connection: AbstractConnection, added: tuple[Subscription, ...]) -> AbstractChannel:
    try:
        async with asyncio.timeout(_CONNECT_TIMEOUT_SECONDS):
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await require(channel, *added)
    except RuntimeError as error:  # how the client says that the connection has closed in the meantime
        raise LinkLost(str(error)) from error
    return channel


async def persistently(
    attempt: Callable[[], Awaitable[None]],
    what: str,
    faults: tuple[type[Exception], ...],
    stop: asyncio.Event,
) -> None:
    """Runs `attempt` again and again, with backoff and jitter after a fault, until `stop` is set.

    The pause starts anew once an attempt has lasted longer than the longest pause. Once `stop` is set the attempt has
    5 s to end by itself, and is then cancelled.
    """
    loop = asyncio.get_running_loop()
    attempts = 0
    while not stop.is_set():
        started = loop.time()
        attempts += 1
        try:
            await _until_stopped(attempt, what, stop)
        except faults as fault:
            if loop.time() - started > LONGEST_PAUSE.total_seconds():
                attempts = 1
            log.warning("interrupted", what=what, fault=str(fault) or type(fault).__name__, attempts=attempts)
        await pause_until(stop, pause_after(attempts).total_seconds())


async def _until_stopped(attempt: Callable[[], Awaitable[None]], what: str, stop: asyncio.Event) -> None:
    working = asyncio.ensure_future(attempt())
    stopping = asyncio.ensure_future(stop.wait())
    cancelled_here = False
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await asyncio.wait({working}, timeout=_GRACE_SECONDS)
    finally:
        stopping.cancel()
        if not working.done():
            cancelled_here = working.cancel()
            await asyncio.wait({working})
    if not working.cancelled():
        return working.result()
    if cancelled_here:
        log.warning("cut_off_at_stop", what=what)
        return None
    # The broker's client cancels whoever waits for a connection that has died. It must not pass for our own wish.
    raise LinkLost("the broker's client gave the connection up")
