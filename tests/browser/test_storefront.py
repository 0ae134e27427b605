"""The storefront as everybody first meets it: safe headers, and the whole catalogue."""

import httpx
import pytest
from playwright.async_api import Page, expect

from ops.stack import catalogue
from ops.stack.site import FRONTEND, Site


@pytest.mark.parametrize("path", ["/", "/cart", "/nowhere", "/api/session"])
def test_headers_are_strict_when_anything_is_asked_for(site: Site, path: str) -> None:
    answer = httpx.get(f"{site.service_url(FRONTEND)}{path}", trust_env=False, timeout=30)
    policy = {
        name: sources
        for name, *sources in (each.split() for each in answer.headers["content-security-policy"].split(";"))
    }
    assert policy["default-src"] in (["'self'"], ["'none'"])
    assert policy["frame-ancestors"] == policy.get("object-src", policy["default-src"]) == ["'none'"]
    scripts = policy.get("script-src", policy["default-src"])
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & set(scripts)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    assert answer.headers["permissions-policy"]
    assert "x-powered-by" not in answer.headers


async def test_every_product_is_shown_when_the_shop_is_opened(page: Page) -> None:
    await page.goto("/")
    products = page.get_by_role("main").locator('a[href^="/products/"]')
    await expect(products.first).to_be_visible()
    shown = {await link.get_attribute("href") for link in await products.all()}
    assert shown >= {f"/products/{product.sku}" for product in catalogue.products()}
