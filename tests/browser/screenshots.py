"""Takes the README's pictures of the storefront, on a whole stack of its own: `python -m tests.browser.screenshots`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from ops.stack.home import CLONE
from ops.stack.lifecycle import Stack
from ops.stack.site import FRONTEND, SERVED
from ops.stack.temporary import make_temporary_home
from tests.browser import showing
from tests.browser.chromium import FLAGS, ensure_chromium
from tests.browser.signing_in import sign_in

PICTURES = CLONE / "docs" / "images"
DESK = ViewportSize(width=1280, height=800)
# High enough for a story with its compensation.
TALL = ViewportSize(width=1280, height=1300)
PHONE = ViewportSize(width=360, height=740)
Shot = tuple[str, Callable[[Page], Awaitable[object]], ViewportSize, Literal["light", "dark"]]
SHOTS: tuple[Shot, ...] = (
    ("catalogue", showing.home, DESK, "light"),
    ("product", showing.one_product, DESK, "light"),
    ("checkout", showing.payment, DESK, "light"),
    ("declined-order", showing.declined_order, TALL, "dark"),
    ("order-on-a-phone", showing.confirmed_order, PHONE, "light"),
)


async def take(browser: Browser, storefront: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, show, viewport, theme in SHOTS:
        context = await browser.new_context(
            base_url=storefront,
            locale="en-US",
            viewport=viewport,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        await sign_in(context, "shopper", f"picture-{token_hex(4)}")
        page = await context.new_page()
        await show(page)
        await page.wait_for_load_state("networkidle")
        await page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")
        await page.screenshot(path=PICTURES / f"{name}.png")
        await context.close()


async def take_all(storefront: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=ensure_chromium(), args=FLAGS)
        await take(browser, storefront)
        await browser.close()


def main() -> None:
    stack = Stack(make_temporary_home(), services=(*SERVED, FRONTEND), prefer_usual_ports=False)
    try:
        site = stack.up()
        asyncio.run(take_all(site.service_url(FRONTEND)))
    finally:
        stack.discard()
    sys.stdout.writelines(f"{path.relative_to(CLONE)}\n" for path in sorted(PICTURES.glob("*.png")))


if __name__ == "__main__":
    main()
