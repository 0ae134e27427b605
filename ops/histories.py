"""The services as their databases tell: what their rows are folded from, and what of their events is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory_service.handling import MODEL as INVENTORY
from inventory_service.publishing import publish as publish_inventory
from order_service.handling import MODEL as ORDER
from order_service.publishing import publish as publish_order
from payment_service.handling import MODEL as PAYMENT
from payment_service.publishing import publish as publish_payment
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Model
from shared.eventsourcing.rows import Aggregate, Projection
from shared.eventsourcing.store import EventStore
from shared.messaging.outgoing import Publish


@dataclass(frozen=True)
class History:
    """One service's history and what is folded from it."""

    service: str
    model: Model[Any]
    publish: Publish
    codec: Codec = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codec", Codec(self.model.aggregates))

    @property
    def store(self) -> EventStore:
        return EventStore(self.codec)

    @property
    def aggregates(self) -> Sequence[Aggregate[Any, Any]]:
        return self.model.aggregates

    @property
    def projections(self) -> Sequence[Projection[Any]]:
        return [step.table for step in self.model.steps if isinstance(step.table, Projection)]


HISTORIES: Mapping[str, History] = {
    history.service: history
    for history in (
        History("order", ORDER, publish_order),
        History("payment", PAYMENT, publish_payment),
        History("inventory", INVENTORY, publish_inventory),
    )
}
