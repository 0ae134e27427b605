"""The watch hears what pages must not do, and forgets what a test has expected."""

from playwright.async_api import Page

from ops.stack.site import Site
from tests.browser.watch import Watch


async def test_complaints_and_errors_are_heard_when_a_page_makes_them(page: Page, watch: Watch) -> None:
    await page.goto("/")
    async with page.context.expect_event("weberror"):
        await page.evaluate(
            "() => { console.error('broken'); setTimeout(() => { throw new Error('thrown'); }); }"
        )
    complaint, error = watch.troubles
    assert complaint.startswith("console error: broken")
    assert "thrown" in error
    watch.expect("broken")
    assert watch.troubles == [error]
    watch.expect("thrown")


async def test_request_is_heard_when_it_goes_to_another_origin(page: Page, watch: Watch, site: Site) -> None:
    await page.goto(f"{site.service_url('order')}/openapi.json")
    assert f"off-origin request: GET {site.service_url('order')}/openapi.json" in watch.troubles
    watch.expect("off-origin request|status of 40[14]")
