"""The outermost layer of every request, as pure ASGI: correlation, size limit, duration, and the last resort.

It runs for each of a thousand requests per second, so it does no more than that, in one layer.
"""

from __future__ import annotations

import asyncio
from time import perf_counter

import structlog
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.control_characters import check_url
from shared.http.problem_responses import problem_response
from shared.http.problems import ContentTooLarge, InternalError, Problem, Unavailable
from shared.http.rate_limits import UNLIMITED_PATHS
from shared.observability.correlation import CORRELATION, adopt_or_create
from shared.observability.metrics import HTTP_REQUEST_DURATION
from shared.observability.security_log import path_of

BODY_LIMIT = 256 * 1024
CORRELATION_HEADER = b"x-correlation-id"

log = structlog.get_logger()


class Edge:
    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        # Looking a child up through labels() costs more than observing it.
        self._durations: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        started = perf_counter()
        offered = length = None
        for name, value in scope["headers"]:
            if name == CORRELATION_HEADER:
                offered = value
            elif name == b"content-length":
                length = value
        correlation = adopt_or_create(offered)
        status = 0

        async def tagged_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (CORRELATION_HEADER, correlation.encode())]
            await send(message)

        token = CORRELATION.set(correlation)
        try:
            check_url(scope["raw_path"], scope["query_string"])
            if length is None:
                receive = limited(receive)
            elif int(length) > BODY_LIMIT:
                raise _too_large()
            await self._application(scope, receive, tagged_send)
        except asyncio.CancelledError:
            if not status:
                problem = Unavailable(
                    "The service is stopping. Repeat the request with the same Idempotency-Key."
                )
                await problem_response(problem, scope)(scope, receive, tagged_send)
            raise
        except Exception as error:  # as in a consumer loop: one request's failure must not be another's
            if status:
                raise  # the answer has begun: all that is left is to cut the connection, which the server does
            if isinstance(error, Problem):
                problem = error
            else:
                log.exception("http_request_crashed", path=path_of(scope["path"]))
                problem = InternalError()
            await problem_response(problem, scope)(scope, receive, tagged_send)
        finally:
            self._account(scope, status, perf_counter() - started)
            CORRELATION.reset(token)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"]
        route = getattr(scope.get("route"), "path", "other")
        key = (method, route, status)
        duration = self._durations.get(key)
        if duration is None:
            duration = self._durations[key] = HTTP_REQUEST_DURATION.labels(method, route, status)
        duration.observe(seconds)
        path = path_of(scope["path"])
        # Whoever watches may ask without end; what has failed is told when it changes (health.py).
        if status >= 500 and path not in UNLIMITED_PATHS:
            log.warning("http_request_failed", method=method, path=path, status=status, seconds=seconds)
        else:
            log.debug("http_request", method=method, path=path, status=status, seconds=seconds)


def limited(receive: Receive) -> Receive:
    """Counts a body whose length was not announced, and refuses it as soon as it is too long."""
    total = 0

    async def receive_limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > BODY_LIMIT:
            raise _too_large()
        return message

    return receive_limited


def _too_large() -> ContentTooLarge:
    return ContentTooLarge(f"A request body may have at most {BODY_LIMIT} bytes.")
