from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from shared.http import health
from shared.http.application import create_application
from shared.http.health import HealthCheck


class Part:
    """Something that a service stands on: well until it is given a failure."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.silent = False
        self.given_up = asyncio.Event()
        self.asked = 0

    async def check(self) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        if self.silent:
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up.set()


@pytest.fixture
def database() -> Part:
    return Part()


@pytest.fixture
def broker() -> Part:
    return Part()


@pytest.fixture
async def client(database: Part, broker: Part) -> AsyncIterator[httpx.AsyncClient]:
    application = create_application(
        title="Shop",
        version="1",
        routers=[],
        health_checks=[
            HealthCheck("database", database.check, required=True),
            HealthCheck("broker", broker.check, required=False),
        ],
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


async def test_live_when_nothing_else_is(client: httpx.AsyncClient, database: Part) -> None:
    database.failure = ConnectionRefusedError()

    response = await client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "live"})


async def test_ready_when_all_checks_pass(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "broker": "ok"}}


async def test_degraded_when_something_optional_fails(client: httpx.AsyncClient, broker: Part) -> None:
    broker.failure = ConnectionRefusedError("no route")

    with capture_logs() as logs:
        response = await client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "checks": {"database": "ok", "broker": "failed"}}
    assert (logs[0]["event"], logs[0]["check"]) == ("health_check_failed", "broker")


async def test_not_ready_names_what_is_missing(client: httpx.AsyncClient, database: Part) -> None:
    database.failure = RuntimeError("secret")

    response = await client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["type"] == "urn:eventflow:problem:not-ready"
    assert response.json()["detail"] == "Missing: database."
    assert response.json()["errors"] == [{"field": "database", "message": "failed"}]
    assert response.headers["retry-after"] == "1"
    assert "secret" not in response.text


async def test_not_ready_when_a_check_does_not_answer_in_time(
    client: httpx.AsyncClient, database: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.05)
    database.silent = True

    response = await client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["errors"][0]["message"].startswith("did not answer within")
    await asyncio.wait_for(database.given_up.wait(), 1)


async def test_check_is_given_up_when_the_request_is(client: httpx.AsyncClient, database: Part) -> None:
    database.silent = True

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.get("/health/ready"), 0.05)

    await asyncio.wait_for(database.given_up.wait(), 1)


async def test_checks_run_once_when_many_ask_at_the_same_time(
    client: httpx.AsyncClient, database: Part
) -> None:
    answers = await asyncio.gather(*(client.get("/health/ready") for _ in range(200)))

    assert {answer.status_code for answer in answers} == {200}
    assert database.asked <= 3  # again for each second that a busy machine took


async def test_checks_run_again_when_what_was_seen_is_old(
    client: httpx.AsyncClient, database: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.get("/health/ready")
    monkeypatch.setattr(health, "_SEEN_SECONDS", -1)
    database.failure = ConnectionRefusedError()

    assert (await client.get("/health/ready")).status_code == 503


async def test_log_tells_of_changes_alone_when_somebody_asks_without_end(
    client: httpx.AsyncClient, database: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_SEEN_SECONDS", -1)
    database.failure = ConnectionRefusedError()
    with capture_logs() as logs:
        for _ in range(20):
            assert (await client.get("/health/ready")).status_code == 503
        database.failure = None
        for _ in range(20):
            assert (await client.get("/health/ready")).status_code == 200

    told = [(line["event"], line["check"]) for line in logs if line["log_level"] != "debug"]
    assert told == [("health_check_failed", "database"), ("health_check_passed", "database")]
