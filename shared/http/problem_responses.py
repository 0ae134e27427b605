"""The one place where an exception becomes an answer: always `application/problem+json`."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import Scope

from shared.database import faults
from shared.http.actor import address_of
from shared.http.problems import (
    InternalError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
    Unavailable,
)
from shared.http.validation import problem_of_validation
from shared.identity.callers import Caller
from shared.observability.correlation import correlation_id
from shared.observability.security_log import SECURITY, attempt_of

PROBLEM_JSON = "application/problem+json"

log = structlog.get_logger()


def install_problem_handlers(application: FastAPI) -> None:
    """Problems, and whatever FastAPI and the platform raise by themselves, except the unexpected (see edge.py)."""
    for expected in (HTTPException, RequestValidationError, faults.Unavailable, faults.CommitUnknown):
        application.add_exception_handler(expected, _answer)


def problem_document(problem: Problem, scope: Scope) -> dict[str, JsonValue]:
    return problem.document(instance=quote(scope["path"]), correlation_id=correlation_id() or "")


def problem_response(problem: Problem, scope: Scope) -> Response:
    if problem.refusal is not None:
        _tell_of_refusal(problem.refusal, problem.status, scope)
    body = orjson.dumps(problem_document(problem, scope))
    return Response(body, problem.status, headers=problem.headers, media_type=PROBLEM_JSON)


def _tell_of_refusal(reason: str, status: int, scope: Scope) -> None:
    caller: Caller | None = scope.get("state", {}).get("caller")
    SECURITY.refused(
        reason,
        address_of(scope),
        **attempt_of(scope["method"], scope["path"], status),
        subject=caller.subject if caller else None,
        role=caller.role if caller else None,
    )


async def _answer(request: Request, error: Exception) -> Response:
    return problem_response(_problem_of(error, request), request.scope)


def _problem_of(error: Exception, request: Request) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return problem_of_validation(error, content_type=request.headers.get("content-type"))
        case HTTPException(status_code=HTTPStatus.NOT_FOUND):
            return NotFound("No resource has this path.")
        case HTTPException(status_code=HTTPStatus.METHOD_NOT_ALLOWED):
            allowed = ", ".join(_allowed_methods(request))
            return MethodNotAllowed(f"This path allows {allowed}.", headers={"Allow": allowed})
        case HTTPException(status_code=HTTPStatus.BAD_REQUEST):
            return MalformedRequest("The request body could not be read.")
        case faults.Unavailable():
            log.warning("database_unavailable", error=str(error))
            return Unavailable("The database does not answer. Nothing was changed; try again.")
        case faults.CommitUnknown():
            log.warning("commit_unknown", error=str(error))
            return Unavailable(
                "It is not known whether the request was carried out. "
                "Repeat it with the same Idempotency-Key to find out."
            )
        case _:
            log.error("http_exception_without_a_problem", exc_info=error)
            return InternalError()


def _allowed_methods(request: Request) -> list[str]:
    # Several routes share a path, one per method; Starlette names only the first one's.
    methods: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)
