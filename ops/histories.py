"""The services as their databases tell: what their rows are folded from, and what of their events is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from inventory_service.handling import MODEL as INVENTORY
from inventory_service.publishing import publish as publish_inventory
from ops.stack.added import ADDED
from order_service.handling import MODEL as ORDER
from order_service.publishing import publish as publish_order
from payment_service.handling import MODEL as PAYMENT
from payment_service.publishing import publish as publish_payment
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Model
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Aggregate, Projection
from shared.eventsourcing.store import recorded_of
from shared.messaging.outgoing import Publish
from shared.messaging.topology import SUBSCRIPTIONS, Subscription

EVENT_COLUMNS = "position, id, stream, version, type, data::text, metadata::text, command_id, time"


@dataclass(frozen=True)
class History:
    """One service's history and what is folded from it."""

    service: str
    model: Model[Any]
    publish: Publish
    subscription: Subscription
    codec: Codec = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codec", Codec(self.model.aggregates))

    @property
    def aggregates(self) -> Sequence[Aggregate[Any, Any]]:
        return self.model.aggregates

    @property
    def projections(self) -> Sequence[Projection[Any]]:
        return [step.table for step in self.model.steps if isinstance(step.table, Projection)]

    def recorded(self, record: Sequence[Any]) -> Recorded:
        """A stored event from its columns as `EVENT_COLUMNS` has them.

        Raises ValidationError or UnknownEventType when it cannot be read.
        """
        return recorded_of(self.codec, record)


def _of_added(service: str) -> History:
    """A service that was added has the modules that ours have (docs/adding-a-service.md)."""
    handling, publishing, reactions = (
        import_module(f"{service}_service.{module}") for module in ("handling", "publishing", "reactions")
    )
    return History(
        service, handling.MODEL, publishing.publish, Subscription(service, tuple(reactions.REACTIONS))
    )


HISTORIES: Mapping[str, History] = {
    history.service: history
    for history in (
        History("order", ORDER, publish_order, SUBSCRIPTIONS["order"]),
        History("payment", PAYMENT, publish_payment, SUBSCRIPTIONS["payment"]),
        History("inventory", INVENTORY, publish_inventory, SUBSCRIPTIONS["inventory"]),
        *(_of_added(service) for service in ADDED),
    )
}
