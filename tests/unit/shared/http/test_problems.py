from __future__ import annotations

import httpx
import pytest
from structlog.testing import capture_logs

from shared.http.problems import Conflict


def is_problem(response: httpx.Response, status: int, slug: str) -> bool:
    body = response.json()
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:eventflow:problem:{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["correlation_id"] == response.headers["x-correlation-id"]
    return True


async def test_not_found_when_the_resource_is_unknown(client: httpx.AsyncClient) -> None:
    response = await client.get("/baskets/8")

    assert is_problem(response, 404, "not-found")
    assert response.json()["instance"] == "/baskets/8"
    assert response.json()["detail"] == "There is no basket 8."
    assert "errors" not in response.json()


@pytest.mark.parametrize("path", ["/nowhere", "/baskets/", "/redoc", "/%C3%BC"])
async def test_not_found_when_no_route_has_the_path(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)

    assert is_problem(response, 404, "not-found")
    assert response.json()["instance"] == path


async def test_method_not_allowed_names_all_methods_when_the_path_has_others(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/baskets/7")

    assert is_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET, PATCH"


async def test_refusal_carries_errors_and_headers_when_a_service_gives_them(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/baskets/7/close")

    assert is_problem(response, 409, "test-basket-full")
    assert response.json()["errors"] == [{"field": "lines", "message": "are too many"}]
    assert response.headers["x-lines"] == "100"


async def test_answer_says_nothing_internal_when_an_endpoint_crashes(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        response = await client.get("/failing/bug")

    assert is_problem(response, 500, "internal-error")
    assert "hunter2" not in response.text
    crash = next(entry for entry in logs if entry["event"] == "http_request_crashed")
    assert crash["log_level"] == "error"
    assert crash["exc_info"] is True


async def test_unavailable_says_when_to_retry(client: httpx.AsyncClient) -> None:
    response = await client.get("/failing/busy")

    assert is_problem(response, 503, "unavailable")
    assert response.headers["retry-after"] == "1"


async def test_unavailable_hides_the_cause_when_the_database_is_down(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        response = await client.get("/failing/database")

    assert is_problem(response, 503, "unavailable")
    assert response.headers["retry-after"] == "1"
    assert "10.0.0.5" not in response.text
    assert {
        "event": "database_unavailable",
        "error": "connection to 10.0.0.5 refused",
        "log_level": "warning",
    } in logs


async def test_unavailable_says_how_to_find_out_when_the_commit_is_unknown(client: httpx.AsyncClient) -> None:
    response = await client.post("/failing/commit")

    assert is_problem(response, 503, "unavailable")
    assert "Idempotency-Key" in response.json()["detail"]


def test_slug_is_refused_when_another_problem_has_it() -> None:
    with pytest.raises(TypeError, match="not-found"):
        type("Copy", (Conflict,), {"slug": "not-found", "title": "A copy"})


def test_subclass_without_a_slug_is_refused() -> None:
    with pytest.raises(TypeError, match="slug of its own"):
        type("Nameless", (Conflict,), {"title": "Nameless"})
