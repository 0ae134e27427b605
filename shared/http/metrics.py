"""A process's metrics, on a listener of their own that the public never reaches."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.http.server import serve_http
from shared.observability.exposition import CONTENT_TYPE, exposition
from shared.observability.metrics import REGISTRY


async def serve_metrics(host: str, port: int, stop: asyncio.Event) -> None:
    """`GET /metrics` of this process until `stop` is set. Raises OSError when the address cannot be bound."""
    await serve_http(Starlette(routes=[Route("/metrics", _metrics)]), host, port, stop)


async def _metrics(_request: Request) -> Response:
    return Response(exposition(REGISTRY), media_type=CONTENT_TYPE)
