"""The issuer over HTTP: who it is, its key, and tokens."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, Field

from local_issuer.keys import ALGORITHM, SigningKey
from shared.http.access import public
from shared.http.inputs import RequestBody
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.problems import InvalidInput
from shared.identity.callers import Role
from shared.identity.tokens import LONGEST_SUBJECT

LONGEST_SECONDS = 86_400


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable")
    return text


class TokenRequest(RequestBody):
    subject: Annotated[str, Field(min_length=1, max_length=LONGEST_SUBJECT), AfterValidator(_printable)]
    role: Role
    expires_in: int = Field(default=3600, ge=1, le=LONGEST_SECONDS, description="Seconds.")


class Token(BaseModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int


class Configuration(BaseModel):
    """What OpenID Connect discovery wants to know, as far as it exists here: there is nobody to sign in."""

    issuer: str
    jwks_uri: str
    token_endpoint: str
    id_token_signing_alg_values_supported: list[str]


class KeySet(BaseModel):
    keys: list[dict[str, str]]


def issuer_router(key: SigningKey, issuer: str, audience: str, clock: Callable[[], datetime]) -> APIRouter:
    """Tokens of `issuer`, a URL, for `audience`."""
    router = APIRouter(route_class=JsonRoute, tags=["issuer"])
    base = issuer.rstrip("/")
    configuration = Configuration(
        issuer=issuer,
        jwks_uri=f"{base}/jwks.json",
        token_endpoint=f"{base}/auth/token",
        id_token_signing_alg_values_supported=[ALGORITHM],
    )
    key_set = KeySet(keys=[dict(key.public)])

    @router.get("/.well-known/openid-configuration")
    @public
    async def show_configuration() -> Configuration:
        """Where everything is."""
        return configuration

    @router.get("/jwks.json")
    @public
    async def show_keys() -> KeySet:
        """The public key (RFC 7517) that verifies every token of this issuer."""
        return key_set

    @router.post("/auth/token", responses=documented(InvalidInput))
    @public
    async def give_token(wanted: TokenRequest, response: Response) -> Token:
        """A token for anybody in any role."""
        response.headers["Cache-Control"] = "no-store"
        now = int(clock().timestamp())
        claims: dict[str, str | int] = {
            "iss": issuer,
            "aud": audience,
            "sub": wanted.subject,
            "role": wanted.role,
            "iat": now,
            "exp": now + wanted.expires_in,
        }
        return Token(access_token=key.sign(claims), expires_in=wanted.expires_in)

    return router
