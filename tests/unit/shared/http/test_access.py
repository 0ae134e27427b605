"""Who is let in: by token, by role, and before anything of the body is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from fastapi import APIRouter, FastAPI, Request

from shared.http.access import access_of, allowed, caller_of, customer_named, is_hidden_from, public
from shared.http.application import create_application
from shared.http.health import HealthCheck
from shared.http.inputs import RequestBody
from shared.http.json_bodies import JsonRoute
from shared.http.problems import InvalidInput
from shared.identity.callers import CUSTOMER, OPS, SERVICE, STAFF, Caller, Role
from shared.identity.tokens import KeysUnavailable, TokenVerifier
from shared.testing.identity import AUDIENCE, ISSUER, Signer

SIGNER = Signer()
TOMORROW = datetime.now(UTC) + timedelta(days=1)
UNAUTHENTICATED = "urn:eventflow:problem:unauthenticated"


class Gift(RequestBody):
    name: str


async def fine() -> None: ...


def house(verifier: TokenVerifier | None) -> FastAPI:
    router = APIRouter(prefix="/rooms", route_class=JsonRoute)

    @router.get("/hall")
    @public
    async def hall() -> str:
        return "welcome"

    @router.post("/office")
    @allowed(STAFF, OPS)
    async def office(gift: Gift, request: Request) -> str:
        return f"{caller_of(request).subject} brings {gift.name}"

    checks = [HealthCheck("door", fine, required=True)]
    return create_application(
        title="House", version="1", routers=[router], health_checks=checks, verifier=verifier
    )


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(house(SIGNER.verifier()))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        yield client


async def enter(
    client: httpx.AsyncClient, *authorization: str, content: bytes = b'{"name": "tea"}'
) -> httpx.Response:
    headers = [("Content-Type", "application/json"), *(("Authorization", each) for each in authorization)]
    return await client.post("/rooms/office", content=content, headers=headers)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
async def test_caller_is_known_when_the_token_is_good(client: httpx.AsyncClient, scheme: str) -> None:
    answer = await enter(client, f"{scheme} {SIGNER.token(STAFF, 's-1')}")
    assert (answer.status_code, answer.json()) == (200, "s-1 brings tea")


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000])
async def test_refused_before_the_body_is_read_when_there_is_no_token(
    client: httpx.AsyncClient, body: bytes
) -> None:
    answer = await enter(client, content=body)
    assert (answer.status_code, answer.json()["type"]) == (401, UNAUTHENTICATED)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [CUSTOMER, SERVICE])
async def test_forbidden_before_the_body_is_read_when_the_role_is_another(
    client: httpx.AsyncClient, role: Role
) -> None:
    answer = await enter(client, f"Bearer {SIGNER.token(role, 'x')}", content=b"{")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:eventflow:problem:forbidden")


GOOD = SIGNER.token(STAFF, "s-1")


@pytest.mark.parametrize(
    ("authorization", "challenge", "reason"),
    [
        ((GOOD,), "Bearer", "Send one token"),
        (("",), "Bearer", "Send one token"),
        ((f"Basic {GOOD}",), "Bearer", "Send one token"),
        ((f"Bearer{GOOD}",), "Bearer", "Send one token"),
        ((f"Bearer {GOOD}", f"Bearer {GOOD}"), "Bearer", "Send one token"),
        (("Bearer",), 'Bearer error="invalid_token"', "malformed"),
        (("Bearer ",), 'Bearer error="invalid_token"', "malformed"),
        ((f"Bearer {GOOD} {GOOD}",), 'Bearer error="invalid_token"', "malformed"),
        (("Bearer Grüße",), 'Bearer error="invalid_token"', "malformed"),
        ((f"Bearer {GOOD[:-4]}AAAA",), 'Bearer error="invalid_token"', "wrong_signature"),
        ((f"Bearer {SIGNER.token(STAFF, 's-1', aud='shop')}",), 'Bearer error="invalid_token"', "wrong_audience"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("room", ["hall", "office"])
async def test_refused_with_the_reason_when_the_token_is_not_good(
    client: httpx.AsyncClient, room: str, authorization: tuple[str, ...], challenge: str, reason: str
) -> None:
    headers = [(b"Authorization", each.encode()) for each in authorization]
    method = "GET" if room == "hall" else "POST"
    answer = await client.request(method, f"/rooms/{room}", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, UNAUTHENTICATED)
    assert answer.headers["WWW-Authenticate"] == challenge
    assert reason in answer.json()["detail"]
    assert "X-Correlation-Id" in answer.headers


async def test_anybody_enters_when_the_room_is_public(client: httpx.AsyncClient) -> None:
    for headers in ({}, SIGNER.headers(CUSTOMER, "c-1")):
        assert (await client.get("/rooms/hall", headers=headers)).json() == "welcome"


async def test_health_and_documents_are_shown_when_nobody_can_be_verified() -> None:
    async def keys(_: str) -> jwt.PyJWK | None:
        raise KeysUnavailable("no answer")

    verifier = TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clock=lambda: datetime.now(UTC))
    transport = httpx.ASGITransport(house(verifier))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        refused = await enter(client, f"Bearer {GOOD}")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["type"] == "urn:eventflow:problem:unavailable"
        for path in ("/health/live", "/health/ready"):
            assert (await client.get(path, headers=SIGNER.headers(OPS, "o-1"))).status_code == 200
        for path in ("/docs", "/openapi.json", "/rooms/hall"):
            assert (await client.get(path)).status_code == 200


async def test_document_says_who_may_ask_when_it_is_read(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    office, hall = document["paths"]["/rooms/office"]["post"], document["paths"]["/rooms/hall"]["get"]
    health = document["paths"]["/health/live"]["get"]
    assert (office["security"], office["x-roles"]) == ([{"bearer": []}], ["ops", "staff"])
    assert {"401", "403", "503"} <= set(office["responses"])
    assert (hall["security"], "x-roles" in hall) == ([], False)
    assert set(hall["responses"]) == {"200", "401", "503"}
    assert (health["security"], set(health["responses"])) == ([], {"200", "503"})
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_endpoint_is_refused_when_it_does_not_say_who_may_ask() -> None:
    router = APIRouter(route_class=JsonRoute)
    with pytest.raises(TypeError, match="cellar is marked neither @public nor @allowed"):

        @router.get("/cellar")
        async def cellar() -> None: ...


def test_application_is_refused_when_nobody_verifies_who_asks() -> None:
    with pytest.raises(TypeError, match="/rooms/office is not public"):
        house(None)


def test_marks_are_read_as_they_were_made() -> None:
    @allowed(STAFF)
    async def desk() -> None: ...

    assert access_of(desk).roles == {STAFF}


@pytest.mark.parametrize(
    ("role", "subject", "hidden"),
    [(CUSTOMER, "c-1", False), (CUSTOMER, "c-2", True), (STAFF, "c-2", False), (SERVICE, "x", False)],
)
def test_things_of_others_are_hidden_when_a_customer_looks(role: Role, subject: str, hidden: bool) -> None:
    assert is_hidden_from(Caller(subject, role, TOMORROW), "c-1") is hidden


def test_customer_is_the_subject_when_a_customer_asks() -> None:
    customer = Caller("c-1", CUSTOMER, TOMORROW)
    assert customer_named(customer, None) == "c-1"
    assert customer_named(customer, "c-1") == "c-1"
    with pytest.raises(InvalidInput) as refused:
        customer_named(customer, "c-2")
    assert [error.field for error in refused.value.errors] == ["customer_id"]


def test_customer_is_whoever_is_named_when_staff_ask() -> None:
    staff = Caller("s-1", STAFF, TOMORROW)
    assert (customer_named(staff, "c-2"), customer_named(staff, None)) == ("c-2", None)
