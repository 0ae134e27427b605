"""The way out: which of our events the others may hear, and in which words."""

from typing import assert_never
from uuid import UUID

from order_service.domain.events import (
    DetailsEdited,
    Event,
    MoneyReturned,
    OrderConfirmed,
    OrderDelivered,
    OrderPlaced,
    OrderShipped,
    PaymentDeclined,
    PaymentReceived,
    PaymentWithdrawn,
    ProcessingStarted,
    RefundRefused,
    StockRefused,
    StockReturned,
    StockSecured,
)
from order_service.domain.events import OrderCancelled as Cancelled
from order_service.domain.events import OrderFailed as Failed
from order_service.domain.lifecycle import OrderStatus
from shared.contracts import Contract
from shared.contracts.orders import (
    Item,
    OrderCancelled,
    OrderCreated,
    OrderFailed,
    OrderUpdated,
    PricedItem,
)
from shared.contracts.orders import OrderConfirmed as Confirmed
from shared.eventsourcing.recorded import Recorded


def publish(recorded: Recorded) -> Contract | None:
    """The public contract of one of our events, or None: what we only noted is nobody else's news."""
    order_id = UUID(recorded.row_id)
    event: Event = recorded.event
    match event:
        case OrderPlaced():
            return _created(order_id, event)
        case OrderConfirmed():
            return Confirmed(
                order_id=order_id,
                items=tuple(Item(sku=line.sku, quantity=line.quantity) for line in event.lines),
                total=event.total.amount,
                currency=event.total.currency,
            )

        case ProcessingStarted():
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.PROCESSING.value,
                previous_status=event.previous_status.value,
                changes=("status",),
            )
        case OrderShipped():
            tracked = ("tracking_number",) if event.tracking_number else ()
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.SHIPPED.value,
                previous_status=event.previous_status.value,
                changes=("status", *tracked),
                tracking_number=event.tracking_number,
            )
        case OrderDelivered():
            return OrderUpdated(
                order_id=order_id,
                status=OrderStatus.DELIVERED.value,
                previous_status=event.previous_status.value,
                changes=("status",),
                tracking_number=event.tracking_number,
            )
        case DetailsEdited():
            return OrderUpdated(
                order_id=order_id,
                status=event.status.value,
                previous_status=event.status.value,
                changes=event.changes,
            )

        case Failed():
            return OrderFailed(order_id=order_id, reason=event.reason.value, detail=event.detail)
        case Cancelled():
            return OrderCancelled(
                order_id=order_id,
                reason=event.reason.value,
                previous_status=event.previous_status.value,
            )

        case (
            StockSecured()
            | StockRefused()
            | StockReturned()
            | PaymentReceived()
            | PaymentDeclined()
            | PaymentWithdrawn()
            | MoneyReturned()
            | RefundRefused()
        ):
            return None
        case _:
            assert_never(event)


def _created(order_id: UUID, placed: OrderPlaced) -> OrderCreated:
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
