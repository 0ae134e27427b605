"""How sagas end, counted for `/metrics` as they are committed."""

from collections.abc import Sequence

from order_service.domain.events import OrderCancelled, OrderConfirmed, OrderFailed
from shared.eventsourcing.recorded import Recorded
from shared.observability.metrics import SAGA_OUTCOMES


def count_outcomes(events: Sequence[Recorded]) -> None:
    for recorded in events:
        match recorded.event:
            case OrderConfirmed():
                SAGA_OUTCOMES.labels("confirmed", "").inc()
            case OrderFailed(reason=reason):
                SAGA_OUTCOMES.labels("failed", reason).inc()
            case OrderCancelled(reason=reason):
                SAGA_OUTCOMES.labels("cancelled", reason).inc()
            case _:
                pass
