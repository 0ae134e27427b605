"""EventFlow's services as an operator asks them: over REST, each at the address that this home gave it."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx

from ops.stack import ports
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.site import HOST, ISSUER
from ops.stack.tokens import PATH, SUBJECT, VARIABLE, GivenToken, LocalTokens, ask_for_token, given_token
from shared.identity.callers import Role

Json = dict[str, Any]

PAGE = 200


class Silent(StackError):
    """The service did not answer. `asked`: it may have been reached, so it may yet have done what it was asked."""

    def __init__(self, message: str, *, asked: bool) -> None:
        super().__init__(message)
        self.asked = asked


class Refused(StackError):
    """The service answered with an error; `status` is that of HTTP."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Desk:
    """One service at `url`, asked in this role. Whatever it does not do is a StackError: Silent or Refused."""

    def __init__(self, service: str, url: str, role: Role = "staff") -> None:
        self.service = service
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False, auth=_tokens(role))

    def ask(self, method: str, path: str, **request: Any) -> Json:
        """The document that it answers."""
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            is_issuer = error.request.url.path == PATH
            who = "issuer" if is_issuer else f"{self.service} service"
            asked = not (is_issuer or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout))
            raise Silent(
                f"The {who} did not answer ({error}); see ./eventflow status.", asked=asked
            ) from error
        if not answer.is_success:
            raise Refused(
                f"The {self.service} service answered {answer.status_code}: {_refusal(answer)}",
                answer.status_code,
            )
        return answer.json()

    def items(self, path: str, query: Mapping[str, str]) -> Iterator[Json]:
        """Those of every page, each page asked for when its turn comes."""
        cursor: dict[str, str] = {}
        while True:
            page = self.ask("GET", path, params={**query, "limit": PAGE, **cursor})
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = {"cursor": page["next_cursor"]}

    def all_of(self, path: str) -> list[Json]:
        """The items of every page; none when there is no such thing (404)."""
        try:
            return list(self.items(path, {}))
        except Refused as refusal:
            if refusal.status == 404:
                return []
            raise


def address(service: str) -> str:
    """Where this home's service is; without a stack of ours, where e.g. ORDER_PORT says, and nowhere else.

    The usual port may be another clone's, and an order placed there is a real one.
    """
    known = ports.load(Home.at()) or {}
    port = os.environ.get(f"{service.upper()}_PORT") or known.get(service)
    if port is None:
        raise StackError(f"The stack was never up, so there is no {service} service to ask; run make up.")
    return f"http://{HOST}:{port}"


def issuer_address() -> str:
    """Where this home's own issuer is. StackError when the operator's shell names another."""
    url = address(ISSUER)
    other = os.environ.get("OIDC_ISSUER")
    if other and other.rstrip("/") != url:
        raise StackError(
            f"OIDC_ISSUER names another issuer, {other}; set {VARIABLE} to a token that it gave."
        )
    return url


def bearer_token(role: Role) -> str:
    """What commands send in this role, for what is not HTTP: the operator's token, or a new one. Blocks."""
    return given_token() or ask_for_token(issuer_address(), role, SUBJECT)["access_token"]


@cache
def _tokens(role: Role) -> httpx.Auth:
    given = given_token()
    return GivenToken(given) if given else LocalTokens(issuer_address(), role)


def _refusal(answer: httpx.Response) -> str:
    """The problem's words, and the field that each of its errors names."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text[:300]
    problem: Json = answer.json()
    named: list[dict[str, str]] = problem.get("errors") or []
    errors = "; ".join(f"{error['field']}: {error['message']}" for error in named)
    pieces = [
        str(piece).rstrip(".") for piece in (problem.get("title"), problem.get("detail"), errors) if piece
    ]
    return ". ".join(pieces) + "."
