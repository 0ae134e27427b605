"""Serves an application on a port that several processes share, and lets it finish what it has begun."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from shared.http.bounded_requests import bounded
from shared.http.forwarded import Forwarded

DRAIN_SECONDS = 8
KEEP_ALIVE_SECONDS = 30
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the server's certificate with its intermediates, and its key."""

    file: Path
    key_file: Path


async def serve_http(
    application: ASGIApp,
    host: str,
    port: int,
    stop: asyncio.Event,
    *,
    share_port: bool = False,
    certificate: Certificate | None = None,
    trusted_proxies: str = "",
) -> None:
    """Runs until `stop` is set, then accepts nothing more and gives requests in flight 8 seconds to end.

    With `share_port` every other process that shares it too may listen on the same port; without, a port that is
    taken is an error, so that a stranger's requests never end up here. With a `certificate` it is served over TLS alone.
    A request from one of `trusted_proxies`, addresses and networks with commas between, comes from whom its
    X-Forwarded-For names (forwarded.py); from anybody else that header says nothing.

    Signals and logging are the caller's. Raises OSError when the address cannot be bound.
    """
    config = uvicorn.Config(
        Forwarded(application, trusted_proxies) if trusted_proxies else application,
        http=bounded(),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        # Without it a connection's later requests inherit what an earlier one bound (CPython issue 140947).
        reset_contextvars=True,
        ssl_certfile=certificate.file if certificate else None,
        ssl_keyfile=certificate.key_file if certificate else None,
    )
    with _listen(host, port, share_port) as listener:
        await StoppableServer(config, stop).serve(sockets=[listener])


def _listen(host: str, port: int, share_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG, reuse_port=share_port)


class StoppableServer(uvicorn.Server):
    """Runs until `stop` is set; signals are the caller's."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._stop.is_set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield
