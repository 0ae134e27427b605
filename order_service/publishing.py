"""What the order service tells others of what happened to an order; the rest stays at home."""

from typing import assert_never
from uuid import UUID

from order_service.domain import events
from order_service.domain.events import Event
from order_service.domain.lifecycle import OrderStatus
from shared.contracts import Contract
from shared.contracts.orders import (
    Item,
    OrderCancelled,
    OrderConfirmed,
    OrderCreated,
    OrderFailed,
    OrderUpdated,
    PricedItem,
)
from shared.eventsourcing.recorded import Recorded


def publish(recorded: Recorded) -> Contract | None:
    """The public form of a stored event, from the event alone; None for what concerns nobody else."""
    order_id = UUID(recorded.row_id)
    event: Event = recorded.event
    match event:
        case events.OrderPlaced():
            return _created(order_id, event)
        case events.OrderConfirmed():
            return OrderConfirmed(
                order_id=order_id,
                items=tuple(Item(sku=line.sku, quantity=line.quantity) for line in event.lines),
                total=event.total.amount,
                currency=event.total.currency,
            )

        case events.ProcessingStarted():
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.PROCESSING.value,
                previous_status=event.previous_status.value,
                changes=("status",),
            )
        case events.OrderShipped():
            tracked = ("tracking_number",) if event.tracking_number else ()
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.SHIPPED.value,
                previous_status=event.previous_status.value,
                changes=("status", *tracked),
                tracking_number=event.tracking_number,
            )
        case events.OrderDelivered():
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.DELIVERED.value,
                previous_status=event.previous_status.value,
                changes=("status",),
                tracking_number=event.tracking_number,
            )
        case events.DetailsEdited():
            return OrderUpdated(
                order_id=order_id,
                status=event.status.value,
                previous_status=event.status.value,
                changes=event.changes,
            )

        case events.OrderFailed():
            return OrderFailed(order_id=order_id, reason=event.reason.value, detail=event.detail)
        case events.OrderCancelled():
            return OrderCancelled(
                order_id=order_id,
                reason=event.reason.value,
                previous_status=event.previous_status.value,
            )

        case (
            events.StockSecured()
            | events.StockRefused()
            | events.StockReturned()
            | events.PaymentReceived()
            | events.PaymentDeclined()
            | events.PaymentWithdrawn()
            | events.MoneyReturned()
            | events.RefundRefused()
            | events.NoteAdded()
        ):
            return None
        case _:
            assert_never(event)


def _created(order_id: UUID, placed: events.OrderPlaced) -> OrderCreated:
    return OrderCreated(
        order_id=order_id,
        number=placed.number,
        customer_id=placed.customer_id,
        items=tuple(
            PricedItem(
                sku=line.sku,
                quantity=line.quantity,
                unit_price=line.unit_price.amount,
                line_total=line.total.amount,
            )
            for line in placed.lines
        ),
        total=placed.total.amount,
        currency=placed.total.currency,
        payment_method=placed.payment_method,
        expires_at=placed.expires_at,
    )
