"""Whose quota a request is counted against, and what the client is told, behind the real edge and authentication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.http.access import public
from shared.http.application import create_application
from shared.http.authentication import Authentication
from shared.http.edge import Edge
from shared.http.json_bodies import JsonRoute
from shared.http.networks import network_of
from shared.http.quotas import Quota, Quotas, RateLimits
from shared.http.rate_limits import RateLimited, RefusalsLimited
from shared.testing.edge import Clock
from shared.testing.identity import Signer

QUOTAS = Quotas(
    anonymous=Quota("anonymous", 2, 60),
    customer=Quota("customer", 3, 60),
    trusted=Quota("trusted", 200, 60),
    refused=Quota("refused", 2, 60),
)
SIGNER = Signer()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def limits(clock: Clock) -> RateLimits:
    return RateLimits(QUOTAS, None, clock)


@pytest.fixture
def reached() -> list[str | None]:
    """The Idempotency-Keys of the requests that came through to the endpoint."""
    return []


@pytest.fixture
def client(limits: RateLimits, reached: list[str | None]) -> Callable[..., httpx.AsyncClient]:
    """A client at an address of its own."""

    async def endpoint(request: Request) -> Response:
        reached.append(request.headers.get("Idempotency-Key"))
        return Response("done")

    paths = ("/orders", "/health/live")
    application = Starlette(
        routes=[Route(path, endpoint, methods=["GET", "POST"]) for path in paths],
        middleware=[
            Middleware(Edge),
            Middleware(RefusalsLimited, limits=limits),
            Middleware(Authentication, verifier=SIGNER.verifier()),
            Middleware(RateLimited, limits=limits),
        ],
    )

    def at(address: str = "198.51.100.1", **options: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(application, client=(address, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://service", **options)

    return at


async def statuses(client: httpx.AsyncClient, requests: int, path: str = "/orders") -> list[int]:
    return [(await client.get(path)).status_code for _ in range(requests)]


async def test_anonymous_are_limited_by_their_address(client: Callable[..., httpx.AsyncClient]) -> None:
    assert await statuses(client("198.51.100.1"), 4) == [200, 200, 429, 429]
    assert await statuses(client("198.51.100.2"), 2) == [200, 200]


async def test_customers_are_limited_by_their_subject_wherever_they_are(
    client: Callable[..., httpx.AsyncClient],
) -> None:
    one, other = (SIGNER.headers("customer", subject) for subject in ("c-1", "c-2"))
    await statuses(client(), 3)
    assert await statuses(client(headers=one), 2) == [200, 200]
    assert await statuses(client("203.0.113.9", headers=one), 2) == [200, 429]
    assert await statuses(client(headers=other), 3) == [200, 200, 200]


async def test_roles_that_are_trusted_have_a_quota_each(client: Callable[..., httpx.AsyncClient]) -> None:
    for role in ("staff", "ops", "service"):
        assert await statuses(client(headers=SIGNER.headers(role, "one")), 150) == [200] * 150


async def test_health_is_answered_however_often_it_is_asked(
    client: Callable[..., httpx.AsyncClient],
) -> None:
    assert await statuses(client(), 20, "/health/live") == [200] * 20


async def test_quota_is_shown_when_a_request_is_answered_and_when_it_is_refused(
    client: Callable[..., httpx.AsyncClient],
) -> None:
    asking = client()
    first = await asking.get("/orders")
    assert first.headers["RateLimit-Policy"] == '"anonymous";q=2;w=60'
    assert first.headers["RateLimit"] == '"anonymous";r=1;t=60'
    await asking.get("/orders")
    refused = await asking.get("/orders")
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "60"
    assert refused.headers["RateLimit"] == '"anonymous";r=0;t=60'
    assert refused.json()["type"] == "urn:eventflow:problem:too-many-requests"
    assert refused.json()["correlation_id"] == refused.headers["X-Correlation-Id"]


async def test_guessing_of_tokens_is_limited_while_good_ones_are_let_in(
    client: Callable[..., httpx.AsyncClient],
) -> None:
    assert await statuses(client(headers={"Authorization": "Bearer x"}), 4) == [401, 401, 429, 429]
    assert await statuses(client(headers=SIGNER.headers("customer", "c-1")), 1) == [200]
    assert await statuses(client("203.0.113.9", headers={"Authorization": "Bearer x"}), 1) == [401]


async def test_refusal_is_remembered_under_no_key(
    client: Callable[..., httpx.AsyncClient], clock: Clock, reached: list[str | None]
) -> None:
    asking = client()
    await statuses(asking, 2)
    reached.clear()
    key = {"Idempotency-Key": "cart-1"}
    assert (await asking.post("/orders", headers=key)).status_code == 429
    assert reached == []
    clock.advance(timedelta(seconds=60))
    assert (await asking.post("/orders", headers=key)).status_code == 200
    assert reached == ["cart-1"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_network_is_what_one_client_can_choose_its_address_from(address: str, network: str) -> None:
    assert network_of(address) == network


def test_openapi_documents_the_refusal_of_all_that_is_limited(limits: RateLimits) -> None:
    router = APIRouter(route_class=JsonRoute)

    @router.get("/orders")
    @public
    async def list_orders() -> None: ...

    application = create_application(
        title="Limited", version="1", routers=[router], health_checks=[], limits=limits
    )
    documented = {
        path: "429" in item["get"]["responses"] for path, item in application.openapi()["paths"].items()
    }
    assert documented == {"/orders": True, "/health/live": False, "/health/ready": False}
