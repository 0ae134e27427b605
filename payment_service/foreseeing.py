"""What the provider would be asked because of an event, for whoever only wants to know."""

from payment_service.projections import call_asked_for
from payment_service.provider_calls import ChargeCall, RefundCall
from shared.eventsourcing.recorded import Recorded
from shared.runtime.outside_calls import OutsideCall


def foreseen_call(recorded: Recorded) -> OutsideCall | None:
    """None for most events."""
    match call_asked_for(recorded):
        case (ChargeCall(price=price, method=method) as call, due_at):
            request = {"amount": price.amount, "currency": price.currency, "method": method}
        case (RefundCall(amount=amount, charge_reference=reference) as call, due_at):
            request = {"amount": amount.amount, "currency": amount.currency, "charge_reference": reference}
        case _:
            return None
    return OutsideCall("provider", call.kind, call.key, request, due_at)
