"""The way in: a public event that was heard becomes a service's own command, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.contracts import Contract

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


# A service's subscriptions: which contract is heard, and what it asks of us. None: this event leaves no trace here.
Reactions = Mapping[type[Any], Callable[[Heard[Any]], Any | None]]
