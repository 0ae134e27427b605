"""Who is asking, and from where. Whoever shows no token is who they say they are, with the role of staff."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Scope

from shared.eventsourcing.metadata import Actor
from shared.identity.callers import OPS, STAFF, Caller
from shared.observability.correlation import correlation_id

ANONYMOUS = "anonymous"


def actor_of(request: Request, customer_id: str | None = None) -> Actor:
    """`customer_id` is the one in the request's body, None when it has none. The address is as it came, unsealed."""
    caller = _caller(request)
    return Actor(
        subject=caller.subject if caller else customer_id or ANONYMOUS,
        role=caller.role if caller else STAFF,
        address=address_of(request.scope),
        request_id=correlation_id(),
    )


def sees_origins(request: Request) -> bool:
    """Whether the network addresses and request ids of others are shown to whoever asks."""
    caller = _caller(request)
    return caller is not None and caller.role in (STAFF, OPS)


def address_of(scope: Scope) -> str | None:
    """The network address of whoever is connected, or of whom a trusted proxy says it asks for (server.py)."""
    client = scope.get("client")
    return client[0] if client else None


def _caller(request: Request) -> Caller | None:
    return request.scope.get("state", {}).get("caller")
