from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from shared.http.application import create_application
from shared.observability.exposition import exposition
from shared.observability.metrics import REGISTRY


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get("/openapi.json")
    assert response.status_code == 200
    return response.json()


def problem_statuses(operation: dict[str, Any]) -> list[str]:
    return sorted(
        status
        for status, response in operation["responses"].items()
        if response.get("content", {}).get("application/problem+json")
        == {"schema": {"$ref": "#/components/schemas/Problem"}}
    )


def test_openapi_documents_the_refusals_of_a_body(schema: dict[str, Any]) -> None:
    operation = schema["paths"]["/baskets"]["post"]

    assert problem_statuses(operation) == ["400", "409", "413", "415", "422", "503"]
    assert operation["responses"]["409"]["description"] == (
        "The basket is full (`test-basket-full`), or: "
        "The state of the resource does not allow this (`conflict`)"
    )


def test_openapi_documents_only_what_can_happen(schema: dict[str, Any]) -> None:
    assert problem_statuses(schema["paths"]["/health/live"]["get"]) == ["503"]
    assert problem_statuses(schema["paths"]["/baskets/{basket_id}"]["get"]) == ["404", "422", "503"]
    ready = schema["paths"]["/health/ready"]["get"]["responses"]["503"]
    assert ready["description"] == "The service is not ready (`not-ready`)"


def test_openapi_has_nothing_of_fastapis_own_errors(schema: dict[str, Any]) -> None:
    assert "ValidationError" not in str(schema)
    assert set(schema["components"]["schemas"]["Problem"]["properties"]) == {
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "correlation_id",
        "errors",
    }
    assert "FieldErrorDocument" in schema["components"]["schemas"]


def test_openapi_shows_headers_and_cursor(schema: dict[str, Any]) -> None:
    def parameters(path: str, method: str) -> set[str]:
        return {parameter["name"] for parameter in schema["paths"][path][method]["parameters"]}

    assert parameters("/keyed/key", "post") == {"Idempotency-Key"}
    assert parameters("/baskets/{basket_id}", "patch") == {"basket_id", "If-Match"}
    assert parameters("/baskets/numbers", "get") == {"limit", "cursor"}


async def test_docs_are_served(client: httpx.AsyncClient) -> None:
    response = await client.get("/docs")

    assert response.status_code == 200
    assert "/openapi.json" in response.text


async def test_durations_are_shown_by_route_template(client: httpx.AsyncClient) -> None:
    await client.get("/baskets/7")
    await client.get("/baskets/8")
    await client.get("/wp-login.php")
    metrics = exposition(REGISTRY).decode()

    count = "eventflow_http_request_duration_seconds_count"
    lines = [line for line in metrics.splitlines() if line.startswith(count)]
    assert any('route="/baskets/{basket_id}",status="200"' in line for line in lines)
    assert any('route="/baskets/{basket_id}",status="404"' in line for line in lines)
    assert any('route="other",status="404"' in line for line in lines)
    assert "/baskets/7" not in metrics
    assert "wp-login" not in metrics


async def test_metrics_are_not_shown_to_the_public(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


def test_router_is_refused_when_it_would_read_bodies_loosely() -> None:
    router = APIRouter()

    @router.get("/loose")
    async def loose() -> None: ...

    with pytest.raises(TypeError, match="/loose needs route_class=JsonRoute"):
        create_application(title="Loose", version="1", routers=[router], health_checks=[])


async def test_body_is_ignored_when_the_endpoint_wants_none(
    client: httpx.AsyncClient, application: FastAPI
) -> None:
    response = await client.post("/failing/deaf", content=b"not json")

    assert response.json() == {"read": False}
