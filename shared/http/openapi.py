"""What `/openapi.json` says of all operations alike: who may ask, and the errors that we answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.routing import BaseRoute

from shared.http.access import access_of
from shared.http.authentication import UNAUTHENTICATED_PATHS, Authentication
from shared.http.problem_responses import PROBLEM_JSON
from shared.http.problems import (
    ContentTooLarge,
    Forbidden,
    InvalidInput,
    MalformedRequest,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from shared.http.rate_limits import UNLIMITED_PATHS, RateLimited
from shared.identity.callers import Role

_CONTENT = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_OF_EVERY_BODY = (MalformedRequest, ContentTooLarge, UnsupportedMediaType)
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})
_BEARER = "bearer"


class FieldErrorDocument(BaseModel):
    field: str = Field(description="Dotted path into the body, or the name of a parameter or header.")
    message: str
    current: int | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The number that would be right now, where there is one: a price in minor units.",
    )


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="urn:eventflow:problem:<slug>")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    correlation_id: str = Field(description="Also in the header X-Correlation-Id, and in our logs.")
    errors: list[FieldErrorDocument] | None = Field(
        default=None, description="Which fields are at fault; absent when it is about none in particular."
    )


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """For the `responses` of a route: the refusals that its clients should expect, several per status if need be."""
    by_status: defaultdict[int | str, list[str]] = defaultdict(list)
    for problem in problems:
        by_status[problem.status].append(f"{problem.title} (`{problem.slug}`)")
    return {
        status: {"description": ", or: ".join(descriptions), "content": _CONTENT}
        for status, descriptions in by_status.items()
    }


class DocumentedApplication(FastAPI):
    def openapi(self) -> dict[str, Any]:
        known = self.openapi_schema
        schema = super().openapi()
        if schema is not known:
            if any(middleware.cls is Authentication for middleware in self.user_middleware):
                _describe_access(schema, self.routes)
            if any(middleware.cls is RateLimited for middleware in self.user_middleware):
                _describe_limits(schema)
            _describe_problems(schema)
        return schema


def _describe_access(schema: dict[str, Any], routes: Iterable[BaseRoute]) -> None:
    """`security` as OpenAPI has it, and the roles in `x-roles`, for which it has no word."""
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    schema.setdefault("components", {})["securitySchemes"] = {_BEARER: bearer}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = schema["paths"][route.path_format][method.lower()]
                _describe_roles(operation, access_of(route.endpoint).roles)
                if not route.path.startswith(UNAUTHENTICATED_PATHS):
                    _add_response(operation, Unauthenticated)


def _describe_limits(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        if path not in UNLIMITED_PATHS:
            for method, operation in operations.items():
                if method in _METHODS:
                    _add_response(operation, TooManyRequests)


def _describe_roles(operation: dict[str, Any], roles: frozenset[Role] | None) -> None:
    if roles is None:
        operation["security"] = []
    else:
        operation["security"] = [{_BEARER: []}]
        operation["x-roles"] = sorted(roles)
        _add_response(operation, Forbidden)


def _add_response(operation: dict[str, Any], problem: type[Problem]) -> None:
    operation["responses"][str(problem.status)] = documented(problem)[problem.status]


def _describe_problems(schema: dict[str, Any]) -> None:
    for path in schema["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _describe_refusals(operation)
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem


def _describe_refusals(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    ours = (*_OF_EVERY_BODY, Unavailable) if "requestBody" in operation else (Unavailable,)
    for status, response in documented(*ours).items():
        responses.setdefault(str(status), response)
    if _is_fastapis_own(responses.get("422")):
        responses["422"] = documented(InvalidInput)[422]


def _is_fastapis_own(response: dict[str, Any] | None) -> bool:
    return response is not None and PROBLEM_JSON not in response.get("content", {})
