"""Who did it, why, and when: what accompanies a command into its events."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gave a command: a person's subject and role, or the name of a service with role `service`.

    `address` is the network address that the request came from and `request_id` its X-Correlation-Id; what a service
    does by itself has neither, and events from before they were kept have none. A customer's address is personal: it
    is sealed before it gets here.
    """

    subject: str
    role: str
    address: str | None = None
    request_id: str | None = None


def service_actor(service: str) -> Actor:
    """The actor of what the service does because of an event or of the time: nobody asked for it."""
    return Actor(f"{service}_service", "service")


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one command.

    `command_id` is the request's id, or the id of the event that was heard: with it a rerun recognises what it
    already committed. `correlation_id` is the order (or the request, for what belongs to no order).
    """

    command_id: UUID
    correlation_id: UUID
    causation_id: UUID
    actor: Actor
    now: datetime
    customer_id: str | None = None
