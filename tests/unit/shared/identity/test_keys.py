"""The issuer's keys, asked for over real HTTP."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, RSAAlgorithm
from structlog.testing import capture_logs

from shared.identity.keys import KNOWN_FOR, LOOK_AGAIN_AFTER, IssuerKeys, keys_of
from shared.identity.tokens import KeysUnavailable
from shared.testing.identity import Signer


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Issuer:
    """Answers both documents, and counts how often somebody looks at the keys."""

    def __init__(self) -> None:
        self.key_set: Mapping[str, Any] = Signer("one").key_set
        self.url = ""
        self.calls_itself: str | None = None
        self.names_keys_at: str | None = None
        self.looked = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if b"GET /jwks " in request:
            self.looked += 1
            document: Mapping[str, Any] = self.key_set
        else:
            keys_at = self.names_keys_at or f"{self.url}/jwks"
            document = {"issuer": self.calls_itself or self.url, "jwks_uri": keys_at}
        body = json.dumps(document).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def _serving(issuer: Issuer, port: int = 0) -> AsyncGenerator[int]:
    async with await asyncio.start_server(issuer.answer, "127.0.0.1", port) as server:
        port = server.sockets[0].getsockname()[1]
        issuer.url = f"http://127.0.0.1:{port}"
        yield port


async def test_keys_are_asked_for_once_and_again_when_they_are_old() -> None:
    issuer, clock = Issuer(), Clock()
    async with _serving(issuer):
        keys = IssuerKeys(issuer.url, clock)

        assert await keys.find("one") is not None
        assert await keys.find("one") is not None
        assert issuer.looked == 1

        clock.now += KNOWN_FOR
        issuer.key_set = Signer("two").key_set

        assert await keys.find("one") is None
        assert issuer.looked == 2


async def test_a_new_key_is_found_when_a_token_names_it() -> None:
    issuer, clock = Issuer(), Clock()
    async with _serving(issuer):
        keys = IssuerKeys(issuer.url, clock)
        await keys.find("one")
        issuer.key_set = {"keys": [*issuer.key_set["keys"], *Signer("two").key_set["keys"]]}
        clock.now += LOOK_AGAIN_AFTER

        assert await keys.find("two") is not None
        assert await keys.find("one") is not None


async def test_the_issuer_is_not_asked_for_every_made_up_key() -> None:
    issuer, clock = Issuer(), Clock()
    async with _serving(issuer):
        keys = IssuerKeys(issuer.url, clock)

        found = await asyncio.gather(*(keys.find(f"made-up-{number}") for number in range(100)))

        assert not any(found)
        assert issuer.looked == 1


async def test_known_keys_stay_good_when_the_issuer_is_away() -> None:
    issuer, clock = Issuer(), Clock()
    async with _serving(issuer):
        keys = IssuerKeys(issuer.url, clock)
        await keys.find("one")

    clock.now += KNOWN_FOR + timedelta(seconds=1)

    assert await keys.find("one") is not None
    assert await keys.find("two") is None


async def test_keys_are_unavailable_until_the_issuer_was_there() -> None:
    issuer, clock = Issuer(), Clock()
    async with _serving(issuer) as port:
        pass
    keys = IssuerKeys(issuer.url, clock)
    with pytest.raises(KeysUnavailable):
        await keys.find("one")

    clock.now += LOOK_AGAIN_AFTER
    async with _serving(issuer, port):
        assert await keys.find("one") is not None


async def test_an_issuer_that_calls_itself_otherwise_is_not_believed() -> None:
    issuer = Issuer()
    issuer.calls_itself = "http://other.test"
    async with _serving(issuer):
        with pytest.raises(KeysUnavailable):
            await IssuerKeys(issuer.url, Clock()).find("one")


async def test_keys_are_not_looked_for_in_plain_text_when_the_issuer_is_safe_to_reach() -> None:
    issuer = Issuer()
    issuer.names_keys_at = "http://keys.invalid/jwks"
    async with _serving(issuer):
        with capture_logs() as logs, pytest.raises(KeysUnavailable):
            await IssuerKeys(issuer.url, Clock()).find("one")
    assert "must begin with https://" in logs[0]["error"]


def test_only_keys_that_may_verify_tokens_are_taken() -> None:
    rsa_key = rsa.generate_private_key(65537, 2048).public_key()
    jwks: list[Any] = [
        {**RSAAlgorithm.to_jwk(rsa_key, as_dict=True), "kid": "rsa"},
        {**RSAAlgorithm.to_jwk(rsa_key, as_dict=True), "kid": "for encryption", "use": "enc"},
        {**RSAAlgorithm.to_jwk(rsa_key, as_dict=True), "kid": "pss", "alg": "PS256"},
        {**RSAAlgorithm.to_jwk(rsa_key, as_dict=True)},
        {
            **ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True),
            "kid": "ec",
        },
        {
            **ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True),
            "kid": "p384",
        },
        {**HMACAlgorithm.to_jwk(b"k" * 32, as_dict=True), "kid": "symmetric"},
        {"kty": "new", "kid": "of a kind to come"},
        "no key",
    ]

    assert set(keys_of({"keys": jwks})) == {"rsa", "ec"}
