"""`eventflow token`: what it prints is believed by whoever verifies tokens of the stack's issuer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ops.stack.lifecycle import Stack
from ops.stack.site import ISSUER
from shared.identity.keys import IssuerKeys
from shared.identity.tokens import InvalidToken, TokenVerifier
from tests.e2e.operator import Operator


def verifier(stack: Stack, audience: str = "eventflow") -> TokenVerifier:
    issuer = stack.site().service_url(ISSUER)

    def now() -> datetime:
        return datetime.now(UTC)

    return TokenVerifier(IssuerKeys(issuer, now).find, issuer=issuer, audience=audience, clock=now)


async def test_bearer_is_known_when_the_token_is_verified(stack: Stack) -> None:
    operator = Operator(stack)
    printed = await operator.runs("token", "--role", "customer", "--subject", "c-1")
    assert printed.status == 0, printed.remarks
    caller = await verifier(stack).verify(printed.out.strip())
    assert (caller.subject, caller.role) == ("c-1", "customer")

    told = await operator.runs("token", "--role", "ops", "--subject", "o-1", "--expires", "60", "--json")
    assert told.document.keys() == {"access_token", "token_type", "expires_in"}
    caller = await verifier(stack).verify(told.document["access_token"])
    assert caller.role == "ops"
    assert caller.expires_at < datetime.now(UTC) + timedelta(seconds=60)


async def test_token_is_nobodys_when_it_is_shown_elsewhere(stack: Stack) -> None:
    printed = await Operator(stack).runs("token", "--role", "staff", "--subject", "s-1")
    with pytest.raises(InvalidToken, match="wrong_audience"):
        await verifier(stack, "another").verify(printed.out.strip())


async def test_usage_is_told_when_the_role_does_not_exist(stack: Stack) -> None:
    answer = await Operator(stack).runs("token", "--role", "admin", "--subject", "a-1")
    assert answer.status == 2
    assert "admin" in answer.remarks


async def test_new_token_is_believed_when_the_issuer_was_killed(stack: Stack) -> None:
    """Its key is the home's, so that it comes back as the same issuer."""
    operator, verify = Operator(stack), verifier(stack).verify
    before = await operator.runs("token", "--role", "staff", "--subject", "s-1")
    await verify(before.out.strip())
    await asyncio.to_thread(stack.kill, ISSUER)
    await asyncio.to_thread(stack.start, ISSUER)
    after = await operator.runs("token", "--role", "staff", "--subject", "s-2")
    assert (await verify(after.out.strip())).subject == "s-2"
