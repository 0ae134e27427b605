"""Tokens that commands and tests send: one is kept until it would expire, and what cannot be had is said."""

import time
from collections.abc import Callable

import httpx
import pytest
import typer

from ops import desks, token_commands
from ops.stack.tokens import GivenToken, LocalTokens, NoToken, given_token, tokens_of

ISSUER = "http://127.0.0.1:3006"
SERVICE = "http://127.0.0.1:3001"


class FakeIssuer:
    """An issuer and a service in one: gives token-1, token-2 and so on, and answers others with what they sent."""

    def __init__(self, *, status: int = 200) -> None:
        self.asked: list[httpx.Request] = []
        self._status = status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/auth/token":
            return httpx.Response(200, text=request.headers.get("Authorization", ""))
        self.asked.append(request)
        token = {"access_token": f"token-{len(self.asked)}", "token_type": "Bearer", "expires_in": 3600}
        return httpx.Response(self._status, json=token if self._status == 200 else {"title": "No"})


def client(answer: Callable[[httpx.Request], httpx.Response], auth: httpx.Auth) -> httpx.Client:
    return httpx.Client(base_url=SERVICE, auth=auth, transport=httpx.MockTransport(answer), timeout=7)


def test_one_token_is_asked_for_when_many_requests_are_made() -> None:
    issuer = FakeIssuer()
    with client(issuer, LocalTokens(ISSUER, "staff", "e2e")) as service:
        assert {service.get("/orders").text for _ in range(3)} == {"Bearer token-1"}
    [asked] = issuer.asked
    assert str(asked.url) == f"{ISSUER}/auth/token"
    assert asked.content == b'{"subject":"e2e","role":"staff","expires_in":3600}'
    assert asked.extensions["timeout"]["read"] == 7


async def test_one_token_is_asked_for_when_requests_are_made_on_a_loop() -> None:
    issuer = FakeIssuer()
    transport = httpx.MockTransport(issuer)
    tokens = LocalTokens(ISSUER, "customer", "c-1")
    async with httpx.AsyncClient(base_url=SERVICE, auth=tokens, transport=transport) as service:
        assert [(await service.get("/orders")).text for _ in range(2)] == ["Bearer token-1"] * 2


def test_another_token_is_asked_for_when_the_first_is_about_to_expire(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issuer = FakeIssuer()
    now = time.monotonic()
    with client(issuer, LocalTokens(ISSUER, "staff")) as service:
        monkeypatch.setattr(time, "monotonic", lambda: now)
        assert service.get("/orders").text == "Bearer token-1"
        monkeypatch.setattr(time, "monotonic", lambda: now + 3400)
        assert service.get("/orders").text == "Bearer token-1"
        monkeypatch.setattr(time, "monotonic", lambda: now + 3500)
        assert service.get("/orders").text == "Bearer token-2"


def test_it_is_said_when_the_issuer_refuses() -> None:
    with (
        client(FakeIssuer(status=422), LocalTokens(ISSUER, "staff")) as service,
        pytest.raises(NoToken, match="422"),
    ):
        service.get("/orders")


def test_operators_own_token_is_sent_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_TOKEN", "")
    assert given_token() is None
    assert isinstance(tokens_of(ISSUER, "staff"), LocalTokens)
    monkeypatch.setenv("EVENTFLOW_TOKEN", "mine")
    tokens = tokens_of(ISSUER, "staff")
    assert isinstance(tokens, GivenToken)
    issuer = FakeIssuer()
    with client(issuer, tokens) as service:
        assert service.get("/orders").text == "Bearer mine"
    assert issuer.asked == []
    assert desks.bearer_token("staff") == "mine"


def command() -> typer.Exit:
    with pytest.raises(typer.Exit) as ended:
        token_commands.token(role="customer", subject="c-1")
    return ended.value


def test_token_is_not_printed_when_the_stack_was_never_up(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("ISSUER_PORT", raising=False)
    assert command().exit_code == 1
    assert "run make up" in capsys.readouterr().err


def test_token_is_not_printed_when_the_issuer_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OIDC_ISSUER", raising=False)
    monkeypatch.setenv("ISSUER_PORT", "1")
    assert command().exit_code == 1
    assert "local issuer did not answer" in capsys.readouterr().err


def test_token_is_not_printed_when_the_shell_names_another_issuer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISSUER_PORT", "3006")
    monkeypatch.setenv("OIDC_ISSUER", "https://login.example.com")
    assert command().exit_code == 1
    assert "https://login.example.com; set EVENTFLOW_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("OIDC_ISSUER", f"{ISSUER}/")
    assert desks.issuer_address() == ISSUER
