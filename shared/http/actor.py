"""Who is asking, and from where. Until there is identity, whoever they say they are, with the role of staff."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Scope

from shared.eventsourcing.metadata import Actor
from shared.observability.correlation import correlation_id

ANONYMOUS = "anonymous"


def actor_of(request: Request, customer_id: str | None = None) -> Actor:
    """`customer_id` is the one in the request's body, None when it has none. The address is as it came, unsealed."""
    return Actor(
        subject=customer_id or ANONYMOUS,
        role="staff",
        address=address_of(request.scope),
        request_id=correlation_id(),
    )


def address_of(scope: Scope) -> str | None:
    """The network address of whoever is connected, or of whom a trusted proxy says it asks for (server.py)."""
    client = scope.get("client")
    return client[0] if client else None
