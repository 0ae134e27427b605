"""What a browser must not do while a test looks elsewhere: complain, break, or ask another origin for anything."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

from ops.stack.site import FRONTEND, SOCKET, Site

INLINE = ("data", "blob")


class Watch:
    """Everything that went wrong in the pages of one browser context. A test fails at its end unless it said why.

    A refused request is a complaint too: Chromium logs every answer of 400 and above. Where that is what the test
    is about, say so before it happens: `watch.expect("status of 409")`.
    """

    def __init__(self, site: Site) -> None:
        self._origins = {urlsplit(site.service_url(name)).netloc for name in (FRONTEND, SOCKET)}
        self._expected: list[re.Pattern[str]] = []
        self._troubles: list[str] = []

    def expect(self, pattern: str) -> None:
        """Console errors, page errors and requests that match from now on, and before, are no trouble."""
        self._expected.append(re.compile(pattern))

    @property
    def troubles(self) -> list[str]:
        """What was not expected, in the order in which it happened."""
        return [told for told in self._troubles if not any(each.search(told) for each in self._expected)]

    def follow(self, context: BrowserContext) -> None:
        """Hears of all pages of the context, those it opens later too."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._troubles.append(f"console error: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self._troubles.append(f"page error: {error.error}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in INLINE and address.netloc not in self._origins:
            self._troubles.append(f"off-origin request: {request.method} {request.url}")
