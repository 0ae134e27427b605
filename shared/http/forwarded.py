"""From whom a request comes that a proxy hands on: what a trusted one says, as far as it is an address."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_PEER = "eventflow.peer"


class Forwarded:
    """`client` is whom X-Forwarded-For names when one of `trusted_proxies` sends it, and whoever is connected otherwise.

    Trusted are addresses and networks with commas between. What is no address does not get beyond this.
    """

    def __init__(self, application: ASGIApp, trusted_proxies: str) -> None:
        self._application = application
        believed: Any = self._with_an_address
        self._believing: Any = ProxyHeadersMiddleware(believed, trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_PEER] = scope.get("client")
        await self._believing(scope, receive, send)

    async def _with_an_address(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is not None and not _is_address(client[0]):
            scope["client"] = scope[_PEER]
        await self._application(scope, receive, send)


def _is_address(text: str) -> bool:
    # A zone may hold whatever one likes, and means nothing beyond the machine that gave it.
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
