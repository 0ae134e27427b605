"""Every token that somebody might try instead of an honest one, each refused for a reason of its own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.identity.tokens import InvalidToken
from shared.testing.identity import AUDIENCE, Signer
from tests.fuzzing.tally import tried

HONEST = Signer()
PUBLIC_KEY = HONEST.private_key.public_key()
PUBLIC_FORMS = {
    "pem": PUBLIC_KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "der": PUBLIC_KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "raw": PUBLIC_KEY.public_bytes(Encoding.Raw, PublicFormat.Raw),
}


def _in(seconds: int) -> datetime:
    """From the moment that asks: the whole suite takes longer than the leeway."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _segment(document: object) -> str:
    return _base64(json.dumps(document).encode())


def _claims(**changes: Any) -> dict[str, Any]:
    return {
        "iss": HONEST.issuer,
        "aud": AUDIENCE,
        "sub": "c-1",
        "role": "ops",
        "exp": int(_in(3600).timestamp()),
        **changes,
    }


def _unsigned(algorithm: str) -> str:
    return f"{_segment({'alg': algorithm, 'typ': 'JWT', 'kid': 'test'})}.{_segment(_claims())}."


def _hmac_with(secret: bytes) -> str:
    signed = f"{_segment({'alg': 'HS256', 'typ': 'JWT', 'kid': 'test'})}.{_segment(_claims())}"
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _with_header(**header: Any) -> str:
    """Signed by the honest key: only what the header says is wrong."""
    signed = f"{_segment({'alg': 'EdDSA', 'kid': 'test', **header})}.{_segment(_claims())}"
    return f"{signed}.{_base64(HONEST.private_key.sign(signed.encode()))}"


def _tampered() -> str:
    head, _, signature = HONEST.token("customer", "c-1").split(".")
    return f"{head}.{_segment(_claims(role='ops'))}.{signature}"


def _by_another_key() -> str:
    return jwt.encode(_claims(), Ed25519PrivateKey.generate(), "EdDSA", {"kid": "test"})


def _by_a_key_it_brings() -> str:
    forger = Signer("forged")
    header = {"kid": "forged", "jwk": forger.key_set["keys"][0], "jku": "http://forger.test/jwks.json"}
    return jwt.encode(_claims(), forger.private_key, "EdDSA", header)


def _honest(**claims: Any) -> str:
    return jwt.encode(
        {name: value for name, value in _claims(**claims).items() if value is not None},
        HONEST.private_key,
        "EdDSA",
        {"kid": HONEST.key_id},
    )


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "empty": (lambda: "", "malformed"),
    "one dot": (lambda: ".", "malformed"),
    "three dots": (lambda: "...", "malformed"),
    "no token": (lambda: "Bearer", "malformed"),
    "NUL": (lambda: "\0" * 40, "malformed"),
    "half a character": (lambda: "\ud800.\ud800.\ud800", "malformed"),
    "a header that is no object": (lambda: f"{_segment([1])}.{_segment(_claims())}.AAAA", "malformed"),
    "a header nested deeply": (lambda: f"{_base64(b'[' * 5000)}.e30.AAAA", "malformed"),
    "very long": (lambda: _honest(filler="x" * 10_000), "too_long"),
    "alg none": (lambda: _unsigned("none"), "wrong_algorithm"),
    "alg None": (lambda: _unsigned("None"), "wrong_algorithm"),
    "alg empty": (lambda: _unsigned(""), "wrong_algorithm"),
    "alg of the list, no signature": (lambda: _unsigned("EdDSA"), "wrong_signature"),
    "alg of the list, not of the key": (lambda: _unsigned("ES256"), "wrong_algorithm"),
    "alg that is a list": (lambda: _with_header(alg=["EdDSA"]), "wrong_algorithm"),
    "no alg": (lambda: _with_header(alg=None), "wrong_algorithm"),
    **{
        f"HMAC with the public key, {form}": (lambda key=key: _hmac_with(key), "wrong_algorithm")
        for form, key in PUBLIC_FORMS.items()
    },
    "HMAC with nothing": (lambda: _hmac_with(b""), "wrong_algorithm"),
    "by another key": (_by_another_key, "wrong_signature"),
    "by a key that it brings along": (_by_a_key_it_brings, "unknown_key"),
    "tampered with": (_tampered, "wrong_signature"),
    "without its signature": (lambda: _honest().rsplit(".", 1)[0] + ".", "wrong_signature"),
    "kid null": (lambda: _with_header(kid=None), "malformed"),
    "no kid": (lambda: jwt.encode(_claims(), HONEST.private_key, "EdDSA"), "unknown_key"),
    "kid empty": (lambda: _with_header(kid=""), "unknown_key"),
    "kid a path": (lambda: _with_header(kid="../../../../dev/null"), "unknown_key"),
    "kid SQL": (lambda: _with_header(kid="' OR 1=1 --"), "unknown_key"),
    "kid a number": (lambda: _with_header(kid=1), "malformed"),
    "kid an object": (lambda: _with_header(kid={"test": 1}), "malformed"),
    "critical extension": (lambda: _with_header(crit=["exp"]), "malformed"),
    "payload not encoded": (lambda: _with_header(b64=False), "malformed"),
    "expired": (lambda: _honest(exp=_in(-31)), "expired"),
    "expired long ago": (lambda: _honest(exp=0), "expired"),
    "never expires": (lambda: _honest(exp=None), "claim_missing"),
    "expires beyond time": (lambda: _honest(exp=10**18), "malformed"),
    "expires at infinity": (lambda: _honest(exp=float("inf")), "malformed"),
    "expires at no time": (lambda: _honest(exp="tomorrow"), "malformed"),
    "not yet good": (lambda: _honest(nbf=_in(60)), "not_yet_valid"),
    "issued in the future": (lambda: _honest(iat=_in(60)), "not_yet_valid"),
    "another issuer": (lambda: _honest(iss="http://other.test"), "wrong_issuer"),
    "the issuer with a slash": (lambda: _honest(iss=HONEST.issuer + "/"), "wrong_issuer"),
    "no issuer": (lambda: _honest(iss=None), "claim_missing"),
    "another audience": (lambda: _honest(aud="other"), "wrong_audience"),
    "other audiences": (lambda: _honest(aud=["other", "others"]), "wrong_audience"),
    "no audience": (lambda: _honest(aud=None), "claim_missing"),
    "no subject": (lambda: _honest(sub=None), "claim_missing"),
    "subject empty": (lambda: _honest(sub=""), "wrong_subject"),
    "subject too long": (lambda: _honest(sub="x" * 129), "wrong_subject"),
    "subject with NUL": (lambda: _honest(sub="c-1\0"), "wrong_subject"),
    "subject that is a number": (lambda: _honest(sub=1), "malformed"),
    "no role": (lambda: _honest(role=None), "wrong_role"),
    "unknown role": (lambda: _honest(role="root"), "wrong_role"),
    "several roles": (lambda: _honest(role=["customer", "ops"]), "wrong_role"),
    "role in capitals": (lambda: _honest(role="OPS"), "wrong_role"),
}


@pytest.mark.parametrize("attempt", HOSTILE)
async def test_a_hostile_token_is_refused_with_its_reason(attempt: str) -> None:
    make, reason = HOSTILE[attempt]

    with pytest.raises(InvalidToken) as refusal:
        await HONEST.verifier().verify(make())

    assert refusal.value.reason == reason
    tried("hostile tokens", 1)


@pytest.mark.parametrize(
    "claims",
    [
        dict[str, Any],
        lambda: {"exp": _in(-20)},
        lambda: {"nbf": _in(20)},
        lambda: {"aud": ["another", AUDIENCE]},
        lambda: {"exp": 253_402_300_799},
    ],
    ids=[
        "plain",
        "expired within the leeway",
        "not yet good within the leeway",
        "one audience of two",
        "until the end of time",
    ],
)
async def test_an_honest_token_speaks_for_its_subject(claims: Callable[[], dict[str, Any]]) -> None:
    verifier, token = HONEST.verifier(), HONEST.token("customer", "c-1", **claims())

    for _ in ("verified", "remembered"):
        caller = await verifier.verify(token)
        assert (caller.subject, caller.role) == ("c-1", "customer")
