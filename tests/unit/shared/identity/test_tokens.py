"""What is remembered of a verified token, and for how long."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from shared.identity.tokens import InvalidToken, TokenVerifier
from shared.testing.identity import AUDIENCE, ISSUER, Signer


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


class CountingKeys:
    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.asked = 0

    async def __call__(self, key_id: str) -> jwt.PyJWK | None:
        self.asked += 1
        return await self._signer.find_key(key_id)


async def test_a_token_is_verified_once_when_it_is_shown_again() -> None:
    signer, clock = Signer(), Clock()
    keys = CountingKeys(signer)
    verifier = TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clock=clock)
    token = signer.token("staff", "s-1")

    first, second = await verifier.verify(token), await verifier.verify(token)

    assert first is second
    assert keys.asked == 1


async def test_a_remembered_token_is_refused_when_it_has_expired_since() -> None:
    signer, clock = Signer(), Clock()
    verifier = TokenVerifier(signer.find_key, issuer=ISSUER, audience=AUDIENCE, clock=clock)
    token = signer.token("staff", "s-1", exp=clock.now + timedelta(minutes=1))
    await verifier.verify(token)

    clock.now += timedelta(seconds=90)

    with pytest.raises(InvalidToken, match="expired"):
        await verifier.verify(token)


async def test_a_refused_token_is_looked_at_again() -> None:
    signer = Signer()
    keys = CountingKeys(signer)
    verifier = TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clock=Clock())
    token = signer.token("staff", "s-1", aud="other")

    for _ in range(2):
        with pytest.raises(InvalidToken):
            await verifier.verify(token)

    assert keys.asked == 2
