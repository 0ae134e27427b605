"""Personal data, sealed at the edge (architecture decision 10): domain, rows and events hold only what comes from here.

A sealed value says by which key it was sealed. Once that key is destroyed nobody can open it, wherever it lies.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# On disk in events and rows: another way of sealing gets another mark.
_MARK = "s1"
_EMAIL_INDEX = b"email_index"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class BrokenSeal(Exception):
    """The value was sealed by no key of ours, for another customer, or was changed since."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one customer, as `key_id` finds it. `secret` never leaves the process unwrapped."""

    key_id: UUID
    customer_id: str
    secret: bytes = field(repr=False)

    def seal(self, plain: str) -> str:
        """`s1:<key id>:<nonce and ciphertext, base64url>`: different each time, even for the same text."""
        box = _encrypt(self.secret, plain.encode(), self.customer_id.encode())
        return f"{_MARK}:{self.key_id}:{urlsafe_b64encode(box).decode()}"

    def open(self, sealed: str) -> str:
        """Raises BrokenSeal."""
        return _decrypt(
            self.secret, urlsafe_b64decode(sealed.rsplit(":", 1)[1]), self.customer_id.encode()
        ).decode()


def sealed_by(sealed: str) -> UUID:
    """Which key a value was sealed by. Raises BrokenSeal when it is not a sealed value."""
    mark, _, rest = sealed.partition(":")
    key_id, _, box = rest.partition(":")
    if mark != _MARK or not box:
        raise BrokenSeal("not a sealed value")
    return UUID(key_id)


@dataclass(frozen=True, slots=True)
class MasterKey:
    """Wraps customers' keys for the database, which alone can then open nothing. 32 bytes."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != _KEY_BYTES:
            raise ValueError(f"the master key must have {_KEY_BYTES} bytes")

    def wrap(self, key: DataKey) -> bytes:
        return _encrypt(self.secret, key.secret, _owner(key.key_id, key.customer_id))

    def unwrap(self, key_id: UUID, customer_id: str, wrapped: bytes) -> DataKey:
        """Raises BrokenSeal when it was wrapped by another master key or for another customer."""
        return DataKey(key_id, customer_id, _decrypt(self.secret, wrapped, _owner(key_id, customer_id)))

    def email_mark(self, email: str) -> bytes:
        """By which an e-mail address is found again, in whatever case: it says nothing without this key. 32 bytes."""
        purpose = hmac.digest(self.secret, _EMAIL_INDEX, "sha256")
        return hmac.digest(purpose, email.strip().casefold().encode(), "sha256")


def new_secret() -> bytes:
    return AESGCM.generate_key(_KEY_BYTES * 8)


def _owner(key_id: UUID, customer_id: str) -> bytes:
    return key_id.bytes + customer_id.encode()


def _encrypt(secret: bytes, plain: bytes, belongs_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, plain, belongs_to)


def _decrypt(secret: bytes, box: bytes, belongs_to: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], belongs_to)
    except InvalidTag as error:
        raise BrokenSeal("the seal does not fit") from error
