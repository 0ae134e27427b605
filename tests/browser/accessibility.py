"""axe-core on a page as it stands: all of its rules, those of WCAG 2.2 AA among them."""

from typing import Any

from playwright.async_api import Page

from ops.stack.home import CLONE

AXE = CLONE / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("light", "dark")


async def violations(page: Page) -> list[str]:
    """One paragraph per violation: the rule, what it wants, and each element that breaks it and why.

    Transitions are turned off first: half-way through one a colour has no contrast.
    """
    await page.emulate_media(reduced_motion="reduce")
    # Evaluated from outside the page, where its content security policy does not apply.
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, { runOnly: { type: 'tag', values: rules } })", RULES
    )
    return [_told(violation) for violation in found["violations"]]


def _told(violation: dict[str, Any]) -> str:
    elements = [f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"]]
    return "\n".join([f"{violation['id']} ({violation['impact']}): {violation['help']}", *elements])
