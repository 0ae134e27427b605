"""Who is asking. Until there is identity, whoever they say they are, with the role of staff."""

from __future__ import annotations

from shared.eventsourcing.metadata import Actor

ANONYMOUS = "anonymous"


def actor_of(customer_id: str | None) -> Actor:
    """`customer_id` is the one in the request's body, None when it has none."""
    return Actor(subject=customer_id or ANONYMOUS, role="staff")
