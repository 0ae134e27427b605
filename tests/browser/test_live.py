"""An order's page while its link to the gateway comes and goes: nothing missed, nothing twice, and no false calm."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, WebSocket, expect

from ops.stack.lifecycle import Stack
from ops.stack.site import SOCKET, Site
from tests.browser.shopping import buy, expect_confirmed, expect_once, step, story
from tests.browser.watch import Watch
from tests.e2e.shop import Shop
from tests.e2e.waiting import NotYet, until

BACK_MS = 60_000
LOST = "Connection lost. What you see may be out of date. Reconnecting."
BACK = "Live again. Nothing was missed."
NOTICED_WITHIN_MS = 100
# Notes in the page when the browser said that the link is gone, and when the page said so.
STOPWATCH = """text => {
  window.noticed = {};
  addEventListener("offline", () => { window.noticed.lost ??= performance.now(); }, { capture: true });
  new MutationObserver(() => {
    if (!window.noticed.told && document.body.innerText.includes(text)) window.noticed.told = performance.now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


async def confirmed_order(page: Page) -> str:
    order_id = await buy(page, "KIT-MUG-01")
    await expect_confirmed(page)
    await expect_live(page)
    return order_id


async def expect_live(page: Page) -> None:
    mark = page.get_by_role("region", name="What happened").get_by_text("Live", exact=True)
    await expect(mark).to_be_visible(timeout=BACK_MS)


async def expect_whole_story(page: Page, *titles: str) -> None:
    """Each step is told once, and a page that was never cut off tells the same."""
    await expect_once(page, "Order placed", "Card charged", "Order confirmed", *titles)
    told = await story(page)
    await page.reload()
    await expect_once(page, *titles)
    assert await story(page) == told


async def test_nothing_is_missed_when_the_network_is_lost_and_comes_back(
    shopper: Page, shop: Shop, watch: Watch, record_property: Callable[[str, object], None]
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    order_id = await confirmed_order(shopper)
    await shopper.evaluate(STOPWATCH, LOST)
    await shopper.context.set_offline(True)
    await expect(shopper.get_by_text(LOST)).to_be_visible()
    noticed = await shopper.evaluate("window.noticed.told - window.noticed.lost")
    record_property("connection loss shown after", f"{max(0, round(noticed))} ms")

    await shop.step(order_id, "PROCESSING")
    await shop.step(order_id, "SHIPPED", tracking_number="TRACK-1")
    await expect(step(shopper, "Shipped")).to_have_count(0)
    await shopper.context.set_offline(False)
    await expect(shopper.get_by_text(BACK)).to_be_visible(timeout=BACK_MS)
    await expect_whole_story(shopper, "Being prepared for shipping", "Shipped")
    assert noticed < NOTICED_WITHIN_MS


async def test_nothing_is_missed_when_the_gateway_is_away_for_a_while(
    shopper: Page, shop: Shop, stack: Stack, watch: Watch
) -> None:
    watch.expect("WebSocket connection|status of 50[0-9]|ERR_CONNECTION_REFUSED")
    order_id = await confirmed_order(shopper)
    await asyncio.to_thread(stack.stop, "gateway")
    try:
        await expect(shopper.get_by_text(LOST)).to_be_visible(timeout=BACK_MS)
        await shop.step(order_id, "PROCESSING")
    finally:
        await asyncio.to_thread(stack.start, "gateway")
    await expect(shopper.get_by_text(BACK)).to_be_visible(timeout=BACK_MS)
    await expect_whole_story(shopper, "Being prepared for shipping")


async def test_nothing_is_missed_when_the_tab_was_frozen(shopper: Page, shop: Shop) -> None:
    order_id = await confirmed_order(shopper)
    tab: Any = await shopper.context.new_cdp_session(shopper)
    await tab.send("Page.setWebLifecycleState", {"state": "frozen"})
    await shop.step(order_id, "PROCESSING")
    await shop.step(order_id, "SHIPPED", tracking_number="TRACK-2")
    await shop.step(order_id, "DELIVERED")
    await tab.send("Page.setWebLifecycleState", {"state": "active"})
    await expect_whole_story(shopper, "Being prepared for shipping", "Shipped", "Delivered")


async def test_socket_is_closed_when_the_shopper_signs_out(shopper: Page, site: Site, watch: Watch) -> None:
    watch.expect("status of 401")  # The page that is left asks for its order once more.
    sockets: list[WebSocket] = []
    shopper.on("websocket", lambda socket: sockets.append(socket))
    await confirmed_order(shopper)
    gateway = urlsplit(site.service_url(SOCKET)).netloc
    [socket] = [each for each in sockets if gateway in each.url]
    assert not socket.is_closed()

    await shopper.get_by_role("button", name="Account of").click()
    await shopper.get_by_role("menuitem", name="Sign out").click()
    await expect(shopper.get_by_role("link", name="Sign in")).to_be_visible()

    async def look() -> None:
        if not socket.is_closed():
            raise NotYet("it is open")

    await until("the socket is closed", look, within=BACK_MS / 1_000)
