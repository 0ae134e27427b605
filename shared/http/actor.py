"""Who is asking, and from where: what a request leaves in the events that come of it."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Scope

from shared.eventsourcing.metadata import Actor
from shared.http.access import caller_of
from shared.identity.callers import OPS, STAFF
from shared.observability.correlation import correlation_id


def actor_of(request: Request) -> Actor:
    """Whoever asks, for endpoints that are not public. The address is as it came, unsealed."""
    caller = caller_of(request)
    return Actor(
        subject=caller.subject,
        role=caller.role,
        address=address_of(request.scope),
        request_id=correlation_id(),
    )


def sees_origins(request: Request) -> bool:
    """Whether the network addresses and request ids of others are shown to whoever asks."""
    return caller_of(request).role in (STAFF, OPS)


def address_of(scope: Scope) -> str | None:
    """The network address of whoever is connected, or of whom a trusted proxy says it asks for (server.py)."""
    client = scope.get("client")
    return client[0] if client else None
