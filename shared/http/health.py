"""`GET /health/live`: the process answers. `GET /health/ready`: it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from fastapi import APIRouter
from pydantic import BaseModel

from shared.http.access import public
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.problems import FieldError, NotReady

CHECK_TIMEOUT = 1.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`check` returns when all is well and raises otherwise; no answer within a second counts as a failure.

    Without what is `required` the service cannot answer its clients (503); without the rest it is degraded (200).
    """

    name: str
    check: Callable[[], Awaitable[None]]
    required: bool


class Liveness(BaseModel):
    status: Literal["live"]


class Readiness(BaseModel):
    status: Literal["ready", "degraded"]
    checks: dict[str, Literal["ok", "failed"]]


def health_router(checks: Sequence[HealthCheck]) -> APIRouter:
    router = APIRouter(prefix="/health", tags=["health"], route_class=JsonRoute)

    @router.get("/live")
    @public
    async def live() -> Liveness:
        return Liveness(status="live")

    @router.get("/ready", responses=documented(NotReady))
    @public
    async def ready() -> Readiness:
        failures = await _failures(checks)
        missing = [
            FieldError(check.name, failures[check.name])
            for check in checks
            if check.required and check.name in failures
        ]
        if missing:
            raise NotReady(f"Missing: {', '.join(error.field for error in missing)}.", errors=missing)
        return Readiness(
            status="degraded" if failures else "ready",
            checks={check.name: "failed" if check.name in failures else "ok" for check in checks},
        )

    return router


async def _failures(checks: Sequence[HealthCheck]) -> dict[str, str]:
    tasks = {asyncio.ensure_future(check.check()): check.name for check in checks}
    if not tasks:
        return {}
    try:
        done, pending = await asyncio.wait(tasks, timeout=CHECK_TIMEOUT)
    finally:
        for task in tasks:
            task.cancel()
    failures = {tasks[task]: f"did not answer within {CHECK_TIMEOUT:.0f} s" for task in pending}
    for task in done:
        if error := task.exception():
            log.warning("health_check_failed", check=tasks[task], error=f"{type(error).__name__}: {error}")
            failures[tasks[task]] = "failed"
    return failures
