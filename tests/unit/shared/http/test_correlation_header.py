from __future__ import annotations

from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs

from shared.observability.correlation import correlation_id


async def test_correlation_id_is_made_when_none_is_sent(client: httpx.AsyncClient) -> None:
    first = await client.get("/health/live")
    second = await client.get("/health/live")

    made = UUID(first.headers["x-correlation-id"])
    assert made.version == 7
    assert second.headers["x-correlation-id"] != str(made)


@pytest.mark.parametrize(
    "offered", ["a", "order-7.retry:2", "01890a5d-ac96-774b-bcce-b302099a8057", "x" * 128]
)
async def test_correlation_id_is_taken_over_when_it_is_sane(client: httpx.AsyncClient, offered: str) -> None:
    response = await client.get("/nowhere", headers={"X-Correlation-Id": offered})

    assert response.headers["x-correlation-id"] == offered
    assert response.json()["correlation_id"] == offered


@pytest.mark.parametrize("offered", ["", "-a", "a b", "a\tb", "x" * 129, "ü", '{"a":1}'])
async def test_correlation_id_is_replaced_when_it_is_not_sane(
    client: httpx.AsyncClient, offered: str
) -> None:
    response = await client.get("/nowhere", headers={b"X-Correlation-Id": offered.encode()})

    assert UUID(response.headers["x-correlation-id"]).version == 7


async def test_correlation_id_is_gone_when_the_request_is_over(client: httpx.AsyncClient) -> None:
    await client.get("/failing/bug")

    assert correlation_id() is None


async def test_requests_are_logged_by_severity(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/baskets/8")
        await client.get("/failing/busy")

    assert [(entry["log_level"], entry["event"], entry["status"]) for entry in logs] == [
        ("debug", "http_request", 404),
        ("warning", "http_request_failed", 503),
    ]


async def test_path_is_logged_as_it_was_sent_when_it_holds_what_ends_a_line(
    client: httpx.AsyncClient,
) -> None:
    with capture_logs() as logs:
        await client.get("/nowhere/%C2%9B%E2%80%A8")

    assert [entry["path"] for entry in logs] == ["/nowhere/%C2%9B%E2%80%A8"]
