"""What a shopper does in the storefront, found by role and name as a person finds it."""

import re
from collections.abc import Mapping

from playwright.async_api import Locator, Page, expect

from ops.stack import catalogue
from ops.stack.catalogue import DemoProduct

ADDRESS: Mapping[str, str] = {
    "Full name": "Ada Example",
    "Street and number": "Hauptstraße 1",
    "Postal code": "10115",
    "Town or city": "Berlin",
}
COUNTRY = "Germany"
VISA = "Visa"
DECLINED = "A card that is declined"
SLOW = "A slow bank"
# An order's whole story, on a machine that is busy with everything else.
ENDING_MS = 30_000


def product(sku: str) -> DemoProduct:
    return next(each for each in catalogue.products() if each.sku == sku)


def dollars(minor_units: int) -> str:
    return f"${minor_units / 100:,.2f}"


async def add_to_cart(page: Page, sku: str) -> None:
    """Opens the product's page and puts one piece into the cart."""
    await page.goto(f"/products/{sku}")
    await page.get_by_role("button", name="Add to cart").click()
    await expect(page.get_by_text("in your cart.")).to_be_visible()


async def fill_address(page: Page) -> None:
    for label, value in ADDRESS.items():
        await page.get_by_label(label).fill(value)
    await page.get_by_label("Country").select_option(label=COUNTRY)
    await page.get_by_role("button", name="Continue to payment").click()


async def choose_card(page: Page, card: str) -> None:
    await page.get_by_role("radio", name=re.compile(f"^{card}")).check()
    await page.get_by_role("button", name="Continue to review").click()
    await expect(place_button(page)).to_be_visible()


async def come_to_review(page: Page, sku: str, card: str = VISA) -> None:
    """From an empty cart to the last step before an order for one piece."""
    await add_to_cart(page, sku)
    await page.goto("/checkout")
    await fill_address(page)
    await choose_card(page, card)


async def place_order(page: Page) -> str:
    """Presses the button; the order's id, from the address of its page."""
    await place_button(page).click()
    return await order_opened(page)


async def order_opened(page: Page) -> str:
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Order ", timeout=ENDING_MS)
    await expect(page).to_have_url(re.compile(r"/orders/[^/]+$"))
    return page.url.rsplit("/", 1)[-1]


async def buy(page: Page, sku: str, card: str = VISA) -> str:
    """Everything from the product's page to the order's."""
    await come_to_review(page, sku, card)
    return await place_order(page)


def place_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Place order")


def standing(page: Page) -> Locator:
    """Where the order stands, in one sentence."""
    return page.get_by_role("region", name="Where the order stands")


def steps(page: Page) -> Locator:
    """The steps of the order's story, in their order."""
    return page.get_by_role("region", name="What happened").get_by_role("listitem")


def step(page: Page, title: str) -> Locator:
    """The steps of this title: those it caused name it too."""
    told = page.get_by_text(re.compile(rf"^(Order|Stock|Payment): {title}$"))
    return steps(page).filter(has=told)


async def story(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in await steps(page).all_text_contents()]


async def expect_confirmed(page: Page) -> None:
    await expect(standing(page)).to_contain_text("Your order is confirmed.", timeout=ENDING_MS)


async def expect_once(page: Page, *titles: str) -> None:
    """Each of these steps is told, and told once."""
    for title in titles:
        await expect(step(page, title)).to_have_count(1, timeout=ENDING_MS)
