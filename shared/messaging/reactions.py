"""The way in: a public event that was heard becomes a service's own command, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.contracts import Contract
from shared.eventsourcing.metadata import Context, service_actor

D = TypeVar("D", bound=Contract)


@dataclass(frozen=True, slots=True)
class Heard(Generic[D]):
    """A public event as a reaction sees it. `subject` is the order id or the SKU; `stream_version` orders its stream."""

    id: UUID
    type: str
    subject: str
    time: datetime
    correlation_id: UUID
    causation_id: UUID
    customer_id: str | None
    stream_version: int
    data: D


def context_of(heard: Heard[Any], service: str, now: datetime) -> Context:
    """The circumstances of the command that the service gives itself; the event's id is the command's."""
    return Context(
        command_id=heard.id,
        correlation_id=heard.correlation_id,
        causation_id=heard.id,
        actor=service_actor(service),
        now=now,
        customer_id=heard.customer_id,
    )


# A service's subscriptions: which contract is heard, and what it asks of us. None: this event leaves no trace here.
Reactions = Mapping[type[Any], Callable[[Heard[Any]], Any | None]]
