"""What holds for every page in every state: readable by everybody in both themes, and on a narrow phone."""

import re
from secrets import token_hex

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.accessibility import THEMES, violations
from tests.browser.conftest import NewContext
from tests.browser.showing import PART_OF_IT, WAYS
from tests.browser.signing_in import sign_in
from tests.browser.watch import Watch

PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=800)
# What sticks out of the page to the right, if anything makes it scroll sideways.
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 150));
}"""


@pytest.mark.parametrize("state", WAYS)
async def test_page_is_accessible_and_fits_when_it_is_shown_in_any_theme_and_width(
    new_context: NewContext, watch: Watch, state: str
) -> None:
    watch.expect(PART_OF_IT)
    context = await new_context(viewport=PHONE, color_scheme="light", reduced_motion="reduce")
    await sign_in(context, "shopper", f"state-{token_hex(4)}")
    page = await context.new_page()
    await WAYS[state](page)
    wider = await page.evaluate(WIDER)
    assert wider == [], "\n".join(wider)

    found: list[str] = []
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await expect(page.locator("html")).to_have_class(re.compile(theme))
        for name, viewport in (("phone", PHONE), ("desk", DESK)):
            await page.set_viewport_size(viewport)
            found += [f"{theme}, {name}: {told}" for told in await violations(page)]
    assert not found, f"{page.url}\n" + "\n".join(found)
