"""Signing in without the page for it: for tests that are about something else."""

from typing import Literal

from playwright.async_api import BrowserContext

Persona = Literal["shopper", "staff", "operator"]


async def sign_in(context: BrowserContext, persona: Persona, name: str | None = None) -> None:
    """Gives every page of the context the session of a persona; shoppers by `name` have orders of their own."""
    asked = {"persona": persona} | ({"name": name} if name else {})
    answer = await context.request.post(
        "/api/session", data=asked, headers={"Origin": await _origin(context)}
    )
    assert answer.ok, f"{answer.status} {await answer.text()}"


async def _origin(context: BrowserContext) -> str:
    answer = await context.request.get("/api/session")
    return answer.url.removesuffix("/api/session")
