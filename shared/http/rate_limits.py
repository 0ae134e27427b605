"""Every caller has a quota: by subject where a token says who asks, by network address for the anonymous."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.networks import network_of
from shared.http.problems import Unauthenticated
from shared.http.quotas import Quota, RateLimits, rate_limit_headers
from shared.identity.callers import CUSTOMER, Caller

# Whoever watches over the service is not to be told to come back later.
UNLIMITED_PATHS = frozenset({"/health/live", "/health/ready"})


class RefusalsLimited:
    """Stands before authentication: whoever tries token after token is soon told only to come back later."""

    def __init__(self, application: ASGIApp, limits: RateLimits) -> None:
        self._application = application
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except Unauthenticated:
            await self._limits.admit(self._limits.quotas.refused, _network(scope))
            raise


class RateLimited:
    """Stands behind authentication, which says in the request's state who the `caller` is, if anybody."""

    def __init__(self, application: ASGIApp, limits: RateLimits) -> None:
        self._application = application
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED_PATHS:
            await self._application(scope, receive, send)
            return
        quota, name = self._quota_of(scope)
        remaining, rest = await self._limits.admit(quota, name)
        headers = [
            (key.lower().encode(), value.encode())
            for key, value in rate_limit_headers(quota, remaining, rest).items()
        ]

        async def send_with_quota(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._application(scope, receive, send_with_quota)

    def _quota_of(self, scope: Scope) -> tuple[Quota, str]:
        caller: Caller | None = scope["state"].get("caller")
        quotas = self._limits.quotas
        if caller is None:
            return quotas.anonymous, _network(scope)
        if caller.role == CUSTOMER:
            return quotas.customer, caller.subject
        return quotas.trusted, f"{caller.role}:{caller.subject}"


def _network(scope: Scope) -> str:
    return network_of(scope["client"][0]) if scope.get("client") else ""
