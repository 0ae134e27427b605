"""Going through a page by keyboard alone."""

from playwright.async_api import Locator, Page, expect

# More stops than any page has between two things that follow one another.
MOST_STOPS = 150
IS_FOCUSED = "element => element === document.activeElement"


async def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until `wanted` has the focus, which has to be seen."""
    await expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        if await wanted.evaluate(IS_FOCUSED):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


async def press_on(page: Page, wanted: Locator) -> None:
    await tab_to(page, wanted)
    await page.keyboard.press("Enter")


async def type_into(page: Page, wanted: Locator, text: str) -> None:
    await tab_to(page, wanted)
    await page.keyboard.type(text)
