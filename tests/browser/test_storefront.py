"""The storefront as everybody first meets it: safe headers, the whole catalogue, and room for everybody else."""

import asyncio

import httpx
import pytest
from playwright.async_api import Page, expect

from ops.stack import catalogue
from ops.stack.lifecycle import Stack
from ops.stack.site import FRONTEND, Site
from tests.browser.shopping import buy, expect_confirmed
from tests.browser.showing import SKU
from tests.browser.watch import Watch


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


async def test_nobody_is_turned_away_when_one_visitor_asks_for_very_much(site: Site) -> None:
    """To the inventory all visitors are one address, whose quota is 100 requests in 2 s."""
    async with httpx.AsyncClient(base_url=site.service_url(FRONTEND), trust_env=False, timeout=60) as client:
        made_up = [client.get("/api/products", params={"sku": [f"NO-{n}", SKU]}) for n in range(300)]
        made_up += [client.get(f"/products/NO-{n}") for n in range(150)]
        answers = await asyncio.gather(*made_up)
    assert [answer.status_code for answer in answers] == [200] * 300 + [404] * 150
    assert all([item["sku"] for item in answer.json()["items"]] == [SKU] for answer in answers[:300])


async def test_order_is_shown_when_the_inventory_is_away(shopper: Page, stack: Stack, watch: Watch) -> None:
    watch.expect("status of 503")
    order_id = await buy(shopper, SKU)
    await expect_confirmed(shopper)
    await asyncio.to_thread(stack.stop, "inventory")
    try:
        answer = await shopper.request.get("/api/products", params={"sku": SKU})
        assert (answer.status, (await answer.json())["title"]) == (503, "A service is away")
        await shopper.goto(f"/orders/{order_id}")
        await expect_confirmed(shopper)
    finally:
        await asyncio.to_thread(stack.start, "inventory")
