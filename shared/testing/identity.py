"""Tokens for tests, by a key that is made on the spot."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from shared.identity.callers import Role
from shared.identity.keys import keys_of
from shared.identity.tokens import TokenVerifier

ISSUER = "http://issuer.test"
AUDIENCE = "eventflow"


class Signer:
    """An issuer that nobody can ask: `key_set` is what it would show."""

    def __init__(self, key_id: str = "test", *, issuer: str = ISSUER) -> None:
        self.key_id = key_id
        self.issuer = issuer
        self.private_key = Ed25519PrivateKey.generate()
        public: Any = OKPAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        self.key_set: Mapping[str, Any] = {"keys": [{**public, "kid": key_id, "alg": "EdDSA", "use": "sig"}]}
        self._keys = keys_of(self.key_set)

    def token(self, role: Role, subject: str, **claims: Any) -> str:
        """Good for an hour. `claims` change what it says; None leaves one out."""
        now = datetime.now(UTC)
        said = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": subject,
            "role": role,
            "iat": now,
            "exp": now + timedelta(hours=1),
            **claims,
        }
        given = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(given, self.private_key, "EdDSA", {"kid": self.key_id})

    async def find_key(self, key_id: str) -> jwt.PyJWK | None:
        return self._keys.get(key_id)

    def verifier(self) -> TokenVerifier:
        """Lets in whoever has a token of this signer."""
        return TokenVerifier(
            self.find_key, issuer=self.issuer, audience=AUDIENCE, clock=lambda: datetime.now(UTC)
        )

    def headers(self, role: Role, subject: str, **claims: Any) -> dict[str, str]:
        """Of a request by whoever has the token of this."""
        return {"Authorization": f"Bearer {self.token(role, subject, **claims)}"}
