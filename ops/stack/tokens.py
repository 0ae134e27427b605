"""Tokens for commands and tests: asked of the stack's own issuer when they are needed, and again before they expire.

httpx.Client(base_url=site.service_url("order"), auth=tokens_of(site.service_url(ISSUER), "staff"))
"""

import os
import time
from collections.abc import Generator
from typing import Any

import httpx

from ops.stack.errors import StackError
from shared.identity.callers import Role

VARIABLE = "EVENTFLOW_TOKEN"
SUBJECT = "cli"
PATH = "/auth/token"
LIFETIME = 3600
# So long before a token expires another one is asked for; no request is under way for longer.
_RENEWED = 120
_TIMEOUT = 10.0


class NoToken(StackError):
    """The issuer gave none."""


class LocalTokens(httpx.Auth):
    """Adds a token of this role and subject to every request; one is kept for all of them.

    Raises NoToken when the issuer at `issuer_url` refuses, and httpx's errors when it does not answer.
    """

    # httpx then reads the issuer's answer before it hands it to `auth_flow`.
    requires_response_body = True

    def __init__(self, issuer_url: str, role: Role, subject: str = SUBJECT) -> None:
        self._wanted = {"subject": subject, "role": role, "expires_in": LIFETIME}
        self._url = f"{issuer_url}{PATH}"
        self._token = ""
        self._good_until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.monotonic() > self._good_until:
            asked = time.monotonic()
            # With the timeouts of the request that waits for it.
            answer = yield httpx.Request("POST", self._url, json=self._wanted, extensions=request.extensions)
            self._token = _given(answer)["access_token"]
            self._good_until = asked + LIFETIME - _RENEWED
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class GivenToken(httpx.Auth):
    """Adds this token to every request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def given_token() -> str | None:
    """What the operator's shell has in EVENTFLOW_TOKEN."""
    return os.environ.get(VARIABLE) or None


def tokens_of(issuer_url: str, role: Role, subject: str = SUBJECT) -> httpx.Auth:
    """The operator's token when there is one, whatever it says; else tokens of the local issuer."""
    given = given_token()
    return GivenToken(given) if given else LocalTokens(issuer_url, role, subject)


def ask_for_token(issuer_url: str, role: Role, subject: str, expires_in: int = LIFETIME) -> dict[str, Any]:
    """What the issuer answers: `access_token`, `token_type`, `expires_in` in seconds. Raises NoToken."""
    wanted = {"subject": subject, "role": role, "expires_in": expires_in}
    try:
        answer = httpx.post(f"{issuer_url}{PATH}", json=wanted, timeout=_TIMEOUT, trust_env=False)
    except httpx.HTTPError as error:
        raise NoToken(f"The local issuer did not answer ({error}); see ./eventflow status.") from error
    return _given(answer)


def _given(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        told = " ".join(answer.text.split())[:300]
        raise NoToken(f"The local issuer answered {answer.status_code}: {told}")
    return answer.json()
