"""Who asks, by the bearer token of the request (RFC 6750). Pure ASGI, inside the edge, before any body is read."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.problems import Unauthenticated, Unavailable
from shared.identity.callers import Caller
from shared.identity.tokens import InvalidToken, KeysUnavailable, TokenVerifier

# Whether a process is well must be seen even while the issuer is not.
UNAUTHENTICATED_PATHS = "/health/"

_HEADER = b"authorization"
_SCHEME = b"bearer"


class Authentication:
    """Sets `scope["state"]["caller"]`: who asks, None without a token. A token that is not good is refused everywhere.

    Raises Unauthenticated, and Unavailable when the issuer cannot be asked.
    """

    def __init__(self, application: ASGIApp, verifier: TokenVerifier) -> None:
        self._application = application
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = not scope["path"].startswith(UNAUTHENTICATED_PATHS)
            caller = await self._caller(scope["headers"]) if asked else None
            scope.setdefault("state", {})["caller"] = caller
        await self._application(scope, receive, send)

    async def _caller(self, headers: Iterable[tuple[bytes, bytes]]) -> Caller | None:
        given = [value for name, value in headers if name == _HEADER]
        if not given:
            return None
        token = _token(given)
        try:
            return await self._verifier.verify(token)
        except InvalidToken as error:
            raise _refused(error.reason) from None
        except KeysUnavailable:
            raise Unavailable(
                "The issuer of tokens does not answer, so that yours cannot be verified."
            ) from None


def _token(given: list[bytes]) -> str:
    scheme, _, token = given[0].partition(b" ")
    # Two credentials leave open who asks.
    if len(given) > 1 or scheme.lower() != _SCHEME:
        raise Unauthenticated("no_bearer_token", "Send one token: `Authorization: Bearer <token>`.")
    try:
        return token.strip(b" ").decode("ascii")
    except UnicodeDecodeError:
        raise _refused("malformed") from None


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(
        reason, f"The token is refused: {reason}.", challenge='Bearer error="invalid_token"'
    )
