"""The storefront as everybody first meets it: the whole catalogue, and readable in both themes."""

import re

import pytest
from playwright.async_api import Page, expect

from ops.stack import catalogue
from tests.browser.accessibility import THEMES, assert_accessible
from tests.browser.conftest import NewContext


async def test_every_product_is_shown_when_the_shop_is_opened(page: Page) -> None:
    await page.goto("/")
    products = page.get_by_role("main").locator('a[href^="/products/"]')
    await expect(products.first).to_be_visible()
    shown = {await link.get_attribute("href") for link in await products.all()}
    assert shown == {f"/products/{product.sku}" for product in catalogue.products()}
    assert len(shown) == 40


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [360, 1280])
async def test_home_page_is_accessible_in_every_theme_and_width(
    new_context: NewContext, theme: str, width: int
) -> None:
    context = await new_context(color_scheme=theme, viewport={"width": width, "height": 800})
    page = await context.new_page()
    await page.goto("/")
    await expect(page.locator("html")).to_have_class(re.compile(theme))
    await assert_accessible(page)
