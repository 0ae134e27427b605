"""What follows from the events in SQL: the calls to the provider that are still open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from payment_service.domain.events import (
    ChargeRequested,
    PaymentCancelled,
    PaymentFailed,
    PaymentProcessed,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
)
from payment_service.provider_calls import (
    ChargeCall,
    ProviderCall,
    RefundCall,
    charge_key,
    close_calls,
    open_calls,
    refund_key,
)
from shared.eventsourcing.recorded import Recorded


async def project(connection: AsyncConnection, events: Sequence[Recorded]) -> None:
    """Opens and closes calls in the transaction of the events. From all events in order it gives the same table."""
    opened: dict[str, tuple[ProviderCall, datetime]] = {}
    closed: list[str] = []
    for recorded in events:
        if (asked := call_asked_for(recorded)) is not None:
            call, due_at = asked
            opened[call.key] = call, due_at
        elif (key := key_answered(recorded)) is not None and opened.pop(key, None) is None:
            closed.append(key)
    if closed:
        await close_calls(connection, closed)
    if opened:
        await open_calls(connection, opened)


def call_asked_for(recorded: Recorded) -> tuple[ProviderCall, datetime] | None:
    """The call that the event asks for and when it is due; None for most events."""
    match recorded.event:
        case ChargeRequested() as event:
            call = ChargeCall(
                order_id=UUID(recorded.row_id),
                payment_id=event.payment_id,
                customer_id=recorded.customer_id,
                caused_by=recorded.id,
                price=event.price,
                method=event.method,
            )
            return call, recorded.time
        case RefundRequested() as event:
            call = RefundCall(
                order_id=UUID(recorded.row_id),
                payment_id=event.payment_id,
                customer_id=recorded.customer_id,
                caused_by=recorded.id,
                refund_id=event.refund_id,
                amount=event.amount,
                charge_reference=event.charge_reference,
            )
            return call, event.not_before
        case _:
            return None


def key_answered(recorded: Recorded) -> str | None:
    """The key of the call whose outcome the event records; None for most events."""
    match recorded.event:
        case PaymentProcessed(payment_id=payment_id) | PaymentFailed(payment_id=payment_id):
            return charge_key(payment_id)
        case PaymentCancelled(payment_id=payment_id, failure=failure) if failure is not None:
            return charge_key(payment_id)
        case RefundSucceeded(payment_id, refund_id) | RefundFailed(payment_id, refund_id):
            return refund_key(payment_id, refund_id)
        case _:
            return None
