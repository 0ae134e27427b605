"""Bearer tokens: JWTs of one issuer (RFC 7519), checked as RFC 8725 advises.

A key decides which algorithm it verifies, never the token. Nothing of a token is believed before its signature.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from shared.identity.callers import Caller, is_role

# No public key fits a symmetric algorithm, and `none` fits no key.
ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA"})
LEEWAY = timedelta(seconds=30)
LONGEST_SUBJECT = 128
_LONGEST_TOKEN = 8 * 1024
_REMEMBERED = 20_000
_REASONS: tuple[tuple[type[jwt.InvalidTokenError], str], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not_yet_valid"),
    (jwt.InvalidIssuerError, "wrong_issuer"),
    (jwt.InvalidAudienceError, "wrong_audience"),
    (jwt.MissingRequiredClaimError, "claim_missing"),
    (jwt.InvalidSignatureError, "wrong_signature"),
    (jwt.InvalidAlgorithmError, "wrong_algorithm"),
)


class IdentityError(Exception):
    """The base of InvalidToken and KeysUnavailable."""


class InvalidToken(IdentityError):
    """The token is nobody's; `reason` is one word of ours and holds nothing of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeysUnavailable(IdentityError):
    """The issuer does not tell its keys, so that nothing can be said about a token."""


class FindKey(Protocol):
    """The issuer's key of this id, None when it has no such key. Raises KeysUnavailable."""

    async def __call__(self, key_id: str, /) -> jwt.PyJWK | None: ...


class TokenVerifier:
    """Verifies each token once: whom it speaks for is remembered until it expires, under its digest alone."""

    def __init__(
        self, find_key: FindKey, *, issuer: str, audience: str, clock: Callable[[], datetime]
    ) -> None:
        self._find_key = find_key
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._verified: OrderedDict[bytes, Caller] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """Raises InvalidToken or KeysUnavailable."""
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        caller = self._verified.get(digest)
        if caller is None:
            caller = await self._verify(token)
            self._verified[digest] = caller
            if len(self._verified) > _REMEMBERED:
                self._verified.popitem(last=False)
        elif caller.expires_at <= self._clock() - LEEWAY:
            del self._verified[digest]
            raise InvalidToken("expired")
        return caller

    async def _verify(self, token: str) -> Caller:
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken("too_long")
        key = await self._find_key(_key_id(token))
        if key is None:
            raise InvalidToken("unknown_key")
        return _caller(self._claims(token, key))

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "sub", "exp"], "enforce_minimum_key_length": True},
            )
        except jwt.InvalidTokenError as error:
            raise InvalidToken(_reason(error)) from None
        except (jwt.InvalidKeyError, OverflowError):
            raise InvalidToken("malformed") from None


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, UnicodeEncodeError):
        raise InvalidToken("malformed") from None
    # No extension is understood here, and what is critical must be (RFC 7515, section 4.1.11).
    if "crit" in header:
        raise InvalidToken("malformed")
    if not isinstance(algorithm := header.get("alg"), str) or algorithm not in ALGORITHMS:
        raise InvalidToken("wrong_algorithm")
    if not isinstance(key_id := header.get("kid"), str):
        raise InvalidToken("unknown_key")
    return key_id


def _caller(claims: dict[str, Any]) -> Caller:
    subject, role = claims["sub"], claims.get("role")
    if not (isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
        raise InvalidToken("wrong_subject")
    if not is_role(role):
        raise InvalidToken("wrong_role")
    try:
        return Caller(subject, role, datetime.fromtimestamp(int(claims["exp"]), UTC))
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        raise InvalidToken("malformed") from None


def _reason(error: jwt.InvalidTokenError) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "malformed")
