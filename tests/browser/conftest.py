"""A whole stack with its storefront, and a real browser in front of it.

    async def test_mug_is_shown_when_it_is_searched_for(page: Page) -> None:
        await page.goto("/")                       # addresses are relative to the storefront
        await page.get_by_role("searchbox").fill("mug")
        await expect(page.get_by_role("link", name="mug")).to_be_visible()

Everything is Playwright's async API (`playwright.async_api`), and its expectations wait by themselves: no sleeps.
- `page` is nobody's, in a browser context of its own; `shopper` is a page signed in as a customer without orders.
- `watch` hears what pages must not do; each test fails at its end for it, unless it has called `watch.expect(...)`.
- `new_context()` makes another browser context, also watched: another person, or the same one on another device.
- `stack` kills and starts parts (`await asyncio.to_thread(stack.kill, "gateway")`), `site` has every address, and
  `shop` (tests/e2e/shop.py) is the services as their staff see them: to make products, and to look at what was done.
- `accessibility.violations(page)` runs axe.
A picture of each page of a failed test is left in `.local/browser-failures/`.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from ops.stack.frontend_build import require_node
from ops.stack.home import CLONE
from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from ops.stack.site import FRONTEND, SERVED, Site
from ops.stack.temporary import make_temporary_home
from tests.browser.chromium import FLAGS, ensure_chromium
from tests.browser.signing_in import sign_in
from tests.browser.watch import Watch
from tests.e2e.reporting import add_last_lines, tell_figures
from tests.e2e.shop import Shop

# The first test waits for the whole stack and for the storefront's build.
PATIENCE = 1200
# For one step in a page, on a machine that is busy with everything else.
STEP_MS = 15_000
FAILURES = CLONE / ".local" / "browser-failures"
FAILED = pytest.StashKey[bool]()

NewContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Every part of EventFlow and the storefront, on free ports in a temporary home. See `ops.stack.lifecycle`."""
    require_node()
    services = (*SERVED, FRONTEND)
    running = Stack(make_temporary_home(), services=services, prefer_usual_ports=False)
    try:
        running.up()
        yield running
    finally:
        running.discard()


@pytest.fixture(scope="session")
def site(stack: Stack) -> Site:
    return stack.site()


@pytest.fixture(scope="session")
async def shop(site: Site) -> AsyncIterator[Shop]:
    async with Shop(site) as shop:
        yield shop


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=STEP_MS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=ensure_chromium(), args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site)


@pytest.fixture
async def new_context(
    request: pytest.FixtureRequest, browser: Browser, site: Site, watch: Watch
) -> AsyncIterator[NewContext]:
    """`await new_context(color_scheme="dark", viewport={"width": 360, "height": 740})`: what Playwright's takes."""
    made: list[BrowserContext] = []
    async with AsyncExitStack() as opened:

        async def make(**options: Any) -> BrowserContext:
            context = await browser.new_context(
                base_url=site.service_url(FRONTEND), locale="en-US", **options
            )
            opened.push_async_callback(context.close)
            context.set_default_timeout(STEP_MS)
            watch.follow(context)
            made.append(context)
            return context

        yield make
        if request.node.stash.get(FAILED, False) or watch.troubles:
            await _take_pictures(request.node.name, made)
    assert not watch.troubles, "\n".join(watch.troubles)


@pytest.fixture
async def page(new_context: NewContext) -> Page:
    """A page of somebody who has not signed in."""
    return await (await new_context()).new_page()


@pytest.fixture
async def shopper(page: Page) -> Page:
    """A page of a customer whom nobody has seen before; nothing is loaded yet."""
    await sign_in(page.context, "shopper", f"test-{token_hex(4)}")
    return page


async def _take_pictures(test: str, contexts: list[BrowserContext]) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        await page.screenshot(path=FAILURES / f"{name}-{number}.png", full_page=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes a failure for the pictures, and adds what the parts logged last to its report."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack):
        item.stash[FAILED] = True
        add_last_lines(
            report, stack, (name for names in ((FRONTEND,), *PROCESSES.values()) for name in names)
        )
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what the pages have cost, within their budgets or not."""
    tell_figures(terminalreporter, "tests/browser")
