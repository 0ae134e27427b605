"""Connections to the broker: opened when needed, given up whole when anything breaks, opened again with backoff."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from random import uniform

import structlog
from aio_pika import connect
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError

from shared.messaging import topology

log = structlog.get_logger()

# A link that is cut without being closed shows after two missed heartbeats.
HEARTBEAT_SECONDS = 5
_CONNECT_TIMEOUT_SECONDS = 5

BROKER_FAULTS = (AMQPError, ConnectionError, OSError, TimeoutError)


class LinkLost(ConnectionError):
    """The channel or its connection is gone; what was not acknowledged will be delivered again."""


@asynccontextmanager
async def open_channel(url: str, name: str) -> AsyncGenerator[AbstractChannel, None]:
    """A channel with publisher confirms, on a connection of its own, with the whole topology declared."""
    connection = await connect(
        url,
        timeout=_CONNECT_TIMEOUT_SECONDS,
        heartbeat=HEARTBEAT_SECONDS,
        client_properties={"connection_name": name},
    )
    try:
        channel = await connection.channel(publisher_confirms=True)
        await topology.declare(channel)
        yield channel
    finally:
        with suppress(*BROKER_FAULTS, asyncio.CancelledError):
            await asyncio.wait_for(connection.close(), _CONNECT_TIMEOUT_SECONDS)


async def persistently(
    attempt: Callable[[], Awaitable[None]],
    what: str,
    faults: tuple[type[Exception], ...],
    stop: asyncio.Event,
) -> None:
    """Runs `attempt` again and again, with backoff and jitter after a fault, until `stop` is set.

    The pause starts at 0.1 s, doubles to 5 s, and starts anew once an attempt has lasted longer than that.
    """
    loop = asyncio.get_running_loop()
    pause = 0.1
    while not stop.is_set():
        started = loop.time()
        try:
            await attempt()
        except faults as fault:
            if loop.time() - started > 5:
                pause = 0.1
            log.warning(
                "interrupted", what=what, fault=str(fault) or type(fault).__name__, retry_in=round(pause, 1)
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), uniform(pause / 2, pause))
            pause = min(pause * 2, 5.0)
