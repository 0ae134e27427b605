"""From a command to its decision: the one row that it needs, and what the domain cannot know by itself."""

from collections.abc import Iterable

from payment_service.domain.commands import (
    CancelPayment,
    Command,
    NoteStockRefused,
    NoteStockReserved,
    Occasion,
    RecordPayment,
    Refusal,
)
from payment_service.domain.decisions import decide
from payment_service.tables import PAYMENTS
from shared.eventsourcing.decisions import Access, Change, Decision, Model, Step, Touch
from shared.eventsourcing.ids import derived_id
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Rows


def _payment_touched(command: Command, _: Rows) -> Iterable[Touch]:
    match command:
        case RecordPayment() | NoteStockReserved() | NoteStockRefused() | CancelPayment():
            # Any of these may be the first that is heard of an order.
            return (Touch(str(command.order_id), Access.CREATE),)
        case _:
            return (Touch(str(command.order_id), Access.LOCK),)


def _decide(command: Command, context: Context, rows: Rows) -> Decision:
    order_id = str(command.order_id)
    state = rows.state(PAYMENTS, order_id)
    next_refund_id = derived_id(command.order_id, f"refund:{len(state.refunds)}")
    outcome = decide(state, command, Occasion(context.now, next_refund_id))
    if isinstance(outcome, Refusal):
        return Decision(refusal=outcome)
    return Decision([Change(PAYMENTS, order_id, event) for event in outcome])


MODEL: Model[Command] = Model(steps=(Step(PAYMENTS, _payment_touched),), decide=_decide)
