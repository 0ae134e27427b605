"""The local issuer: its documents, its tokens, and where it refuses to be."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local_issuer.keys import SigningKey
from local_issuer.main import application_of
from local_issuer.settings import IssuerSettings
from ops.stack.home import CLONE
from shared.identity.callers import ROLES, Caller
from shared.identity.keys import keys_of
from shared.identity.tokens import InvalidToken, TokenVerifier
from shared.runtime.settings import WrongEnvironment, from_environment

ISSUER = "http://issuer.test:3006"
ENVIRONMENT = {
    "ISSUER_PORT": "3006",
    "ISSUER_KEY": b64encode(bytes(range(32))).decode(),
    "OIDC_ISSUER": ISSUER,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in ("EVENTFLOW_ENVIRONMENT", "OIDC_AUDIENCE", "CRASH_ORDERS"):
        monkeypatch.delenv(variable, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
async def issuer(environment: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application_of(from_environment(IssuerSettings)))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


async def verified(issuer: httpx.AsyncClient, token: str, now: datetime) -> Caller:
    keys = keys_of((await issuer.get("/jwks.json")).json())

    async def find_key(key_id: str) -> Any:
        return keys.get(key_id)

    verifier = TokenVerifier(find_key, issuer=ISSUER, audience="eventflow", clock=lambda: now)
    return await verifier.verify(token)


async def give(issuer: httpx.AsyncClient, **wanted: object) -> httpx.Response:
    return await issuer.post("/auth/token", json={"subject": "c-1", "role": "customer", **wanted})


async def test_everything_is_found_when_only_the_issuer_is_known(issuer: httpx.AsyncClient) -> None:
    document = (await issuer.get("/.well-known/openid-configuration")).json()
    assert document == {
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/jwks.json",
        "token_endpoint": f"{ISSUER}/auth/token",
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }


async def test_public_half_alone_is_shown_when_keys_are_asked_for(issuer: httpx.AsyncClient) -> None:
    [key] = (await issuer.get("/jwks.json")).json()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")


def test_key_id_is_its_thumbprint_when_the_key_is_that_of_the_standard() -> None:
    """Source: RFC 8037, appendix A.1 (key) and A.3 (thumbprint)."""
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey(secret)
    assert key.public["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.key_id == key.public["kid"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_token_speaks_for_its_subject_when_it_is_verified(issuer: httpx.AsyncClient, role: str) -> None:
    began = datetime.now(UTC)
    answer = await give(issuer, subject="c-1 ü", role=role, expires_in=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    given: Mapping[str, Any] = answer.json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 60)
    caller = await verified(issuer, given["access_token"], began)
    assert (caller.subject, caller.role) == ("c-1 ü", role)
    assert abs(caller.expires_at - began - timedelta(seconds=60)) < timedelta(seconds=30)


async def test_token_is_good_for_an_hour_when_nothing_else_is_asked_for(issuer: httpx.AsyncClient) -> None:
    assert (await give(issuer)).json()["expires_in"] == 3600


async def test_token_is_nobodys_when_another_key_has_signed_it(
    issuer: httpx.AsyncClient, environment: pytest.MonkeyPatch
) -> None:
    token = (await give(issuer)).json()["access_token"]
    environment.setenv("ISSUER_KEY", b64encode(bytes(32)).decode())
    transport = httpx.ASGITransport(application_of(from_environment(IssuerSettings)))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as other:
        with pytest.raises(InvalidToken, match="unknown_key"):
            await verified(other, token, datetime.now(UTC))


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"subject": "x" * 129},
        {"subject": "c\n1"},
        {"subject": "c\u20281"},
        {"subject": 1},
        {"role": "admin"},
        {"role": None},
        {"expires_in": 0},
        {"expires_in": 86_401},
        {"expires_in": "60"},
        {"audience": "other"},
    ],
)
async def test_nothing_is_given_when_the_request_is_wrong(
    issuer: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    answer = await give(issuer, **wrong)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == list(wrong)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_nothing_is_given_when_the_request_is_not_called_json(
    issuer: httpx.AsyncClient, content_type: str | None
) -> None:
    """A page of another origin could send these without asking first."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    body = b'{"subject": "c-1", "role": "customer"}'
    answer = await issuer.post("/auth/token", content=body, headers=headers)
    assert answer.status_code == 415, answer.text


async def test_pages_of_other_origins_read_nothing_when_they_ask(issuer: httpx.AsyncClient) -> None:
    answer = await issuer.get("/jwks.json", headers={"Origin": "http://localhost:3000"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("key", ["", "not base64!", b64encode(bytes(16)).decode()])
def test_settings_are_refused_when_the_key_is_not_one(environment: pytest.MonkeyPatch, key: str) -> None:
    environment.setenv("ISSUER_KEY", key)
    with pytest.raises(WrongEnvironment, match="ISSUER_KEY"):
        from_environment(IssuerSettings)


def test_process_does_not_start_when_the_environment_says_production() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "local_issuer.main", "serve"],
        cwd=CLONE,
        env={**os.environ, **ENVIRONMENT, "EVENTFLOW_ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "EVENTFLOW_ENVIRONMENT" in ended.stderr
    assert "gives a token to whoever asks" in ended.stderr
    assert ENVIRONMENT["ISSUER_KEY"] not in ended.stderr


async def test_nothing_is_given_when_it_is_asked_under_another_name(issuer: httpx.AsyncClient) -> None:
    asked = {"subject": "c-1", "role": "staff"}
    answer = await issuer.post("/auth/token", json=asked, headers={"Host": "page.of.a.stranger"})
    assert answer.status_code == 400
    assert "access_token" not in answer.text
