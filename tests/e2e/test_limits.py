"""Every service of the real stack counts how often its callers ask, and tells them what is left."""

import httpx
import pytest

from ops.stack.site import GATEWAY, SERVICES
from tests.e2e.shop import Shop, client_of

# Something that both may ask for.
PATHS = {"order": "/orders", "payment": "/payments", "inventory": "/products", GATEWAY: "/summary"}
OWN = [service for service in (*SERVICES, GATEWAY) if service in PATHS]


@pytest.mark.parametrize("service", OWN)
async def test_caller_is_told_what_is_left_of_its_quota(shop: Shop, service: str) -> None:
    role = "staff" if service == GATEWAY else "customer"
    policy = {"staff": '"trusted";q=10000;w=2', "customer": '"customer";q=100;w=2'}[role]
    async with client_of(shop.site, service, role=role, subject="quota-reader") as client:
        answer = await client.get(PATHS[service])
        assert answer.headers["RateLimit-Policy"] == policy
        assert answer.headers["RateLimit"].startswith(policy.partition(";")[0] + ";r=")
        assert "RateLimit" not in (await client.get("/health/live")).headers


@pytest.mark.parametrize("service", OWN)
async def test_address_is_told_what_is_left_of_its_quota_when_a_token_is_missing(
    shop: Shop, service: str
) -> None:
    async with httpx.AsyncClient(base_url=shop.site.service_url(service), trust_env=False) as client:
        answer = await client.get("/openapi.json")
        assert answer.headers["RateLimit"].startswith('"anonymous";r=')
