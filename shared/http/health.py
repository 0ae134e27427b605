"""`GET /health/live`: the process answers. `GET /health/ready`: it can do its work, or could within the last second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
_SEEN_SECONDS = 1.0

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
    watch = _Watch(checks)

    @router.get("/live")
    @public
    async def live() -> Liveness:
        return Liveness(status="live")

    @router.get("/ready", responses=documented(NotReady))
    @public
    async def ready() -> Readiness:
        failures = await watch.failures()
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


class _Watch:
    """What fails, looked at most once a second, however many ask."""

    def __init__(self, checks: Sequence[HealthCheck]) -> None:
        self._checks = checks
        self._looking = asyncio.Lock()
        self._seen: tuple[float, Mapping[str, str]] | None = None

    async def failures(self) -> Mapping[str, str]:
        loop = asyncio.get_running_loop()
        async with self._looking:
            if self._seen is None or loop.time() - self._seen[0] > _SEEN_SECONDS:
                before: Mapping[str, str] = self._seen[1] if self._seen else {}
                after, errors = await _look(self._checks)
                self._seen = loop.time(), after
                _tell_of_changes(before, after, errors)
            return self._seen[1]


async def _look(checks: Sequence[HealthCheck]) -> tuple[dict[str, str], dict[str, BaseException]]:
    """What to say of each check that failed, and the errors of those that raised one."""
    tasks = {asyncio.ensure_future(check.check()): check.name for check in checks}
    if not tasks:
        return {}, {}
    try:
        done, pending = await asyncio.wait(tasks, timeout=CHECK_TIMEOUT)
    finally:
        for task in tasks:
            task.cancel()
    errors = {tasks[task]: error for task in done if (error := task.exception())}
    late = {tasks[task]: f"did not answer within {CHECK_TIMEOUT:.0f} s" for task in pending}
    return {**late, **dict.fromkeys(errors, "failed")}, errors


def _tell_of_changes(
    before: Mapping[str, str], after: Mapping[str, str], errors: Mapping[str, BaseException]
) -> None:
    for name in after.keys() - before.keys():
        error = errors.get(name)
        why = f"{type(error).__name__}: {error}" if error else after[name]
        log.warning("health_check_failed", check=name, error=why)
    for name in before.keys() - after.keys():
        log.warning("health_check_passed", check=name)
