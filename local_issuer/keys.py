"""The key that signs tokens, and what everybody may see of it.

Ed25519: any 32 random bytes are a key, so it is made, kept and handed on like every other secret of a home.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "EdDSA"
SECRET_BYTES = 32


class SigningKey:
    """`key_id` is the RFC 7638 thumbprint: the same key always has the same, another key never."""

    def __init__(self, secret: bytes) -> None:
        """ValueError unless these are 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        public = _base64url(self._key.public_key().public_bytes_raw())
        members = {"crv": "Ed25519", "kty": "OKP", "x": public}
        self.key_id = _base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())
        self.public: Mapping[str, str] = {**members, "kid": self.key_id, "alg": ALGORITHM, "use": "sig"}

    def sign(self, claims: Mapping[str, str | int]) -> str:
        """A JWT that says this."""
        return jwt.encode(dict(claims), self._key, ALGORITHM, {"kid": self.key_id})


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
