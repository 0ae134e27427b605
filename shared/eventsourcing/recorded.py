"""A stored event as it is read back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.eventsourcing.metadata import Actor


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stored event with everything that was stored about it.

    `position` orders the events of a service as they were committed; `version` counts from 1 within the stream.
    `row_id` is the order id or the SKU that the stream belongs to; `type` is the name on disk, `event` the domain's.
    """

    position: int
    id: UUID
    stream: str
    row_id: str
    version: int
    type: str
    event: Any
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID
    actor: Actor
    customer_id: str | None
    time: datetime
