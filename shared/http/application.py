"""The HTTP application of a service, with everything that all services answer alike."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware

from shared.http.access import access_of
from shared.http.authentication import Authentication
from shared.http.edge import Edge
from shared.http.health import HealthCheck, health_router
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import DocumentedApplication
from shared.http.problem_responses import install_problem_handlers
from shared.http.quotas import RateLimits
from shared.http.rate_limits import RateLimited, RefusalsLimited
from shared.identity.tokens import TokenVerifier


def create_application(
    *,
    title: str,
    version: str,
    routers: Sequence[APIRouter],
    health_checks: Sequence[HealthCheck],
    verifier: TokenVerifier | None = None,
    limits: RateLimits | None = None,
) -> FastAPI:
    """The routers' paths plus /health/live, /health/ready, /openapi.json and /docs.

    Every error is a problem (problems.py), every answer carries X-Correlation-Id, bodies are limited to 256 KiB.
    Routers bring their prefix and `route_class=JsonRoute`; anything else is a TypeError here. So is an endpoint that
    is not public where no `verifier` says who asks.
    """
    routes = [route for router in [*routers, health_router(health_checks)] for route in router.routes]
    for route in routes:
        if isinstance(route, APIRoute) and not isinstance(route, JsonRoute):
            raise TypeError(f"the router of {route.path} needs route_class=JsonRoute")
        if isinstance(route, JsonRoute) and verifier is None and access_of(route.endpoint).roles is not None:
            raise TypeError(f"{route.path} is not public: somebody has to verify who asks")

    application = DocumentedApplication(
        title=title,
        version=version,
        # Not include_router(): it matches every request twice, at a third of FastAPI's whole cost.
        routes=routes,
        middleware=[
            Middleware(Edge),
            *([] if limits is None else [Middleware(RefusalsLimited, limits=limits)]),
            *([] if verifier is None else [Middleware(Authentication, verifier=verifier)]),
            *([] if limits is None else [Middleware(RateLimited, limits=limits)]),
        ],
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    install_problem_handlers(application)
    return application
