"""What the storefront's server refuses, whoever asks."""

import httpx
import pytest
from playwright.async_api import Page

from ops.stack.site import FRONTEND, Site

FOREIGN = {"Origin": "https://elsewhere.example"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("POST", "/api/live"),
        ("POST", "/api/backend/order/orders"),
    ],
)
async def test_request_is_refused_when_another_site_has_the_browser_send_it(
    shopper: Page, method: str, path: str
) -> None:
    answer = await shopper.context.request.fetch(path, method=method, data={}, headers=FOREIGN)
    assert answer.status == 403, await answer.text()
    session = await shopper.context.request.get("/api/session")
    assert (await session.json())["session"] is not None


async def test_token_stays_on_the_server_when_somebody_signs_in(shopper: Page) -> None:
    [cookie] = await shopper.context.cookies()
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"
    assert "." not in cookie.get("value", "")
    await shopper.goto("/cart")
    assert await shopper.evaluate("document.cookie") == ""


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"]
)
def test_nobody_is_sent_elsewhere_when_the_way_back_leads_there(site: Site, target: str) -> None:
    answer = httpx.get(
        f"{site.service_url(FRONTEND)}/sign-in", params={"return_to": target}, trust_env=False, timeout=30
    )
    assert answer.status_code == 200
    assert "elsewhere.example" not in answer.text.split("<main", 1)[1].split("</main", 1)[0]
