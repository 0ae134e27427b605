"""From a command to its decision: which rows it needs, in lock order, and what of them the domain is shown."""

from collections.abc import Iterable, Sequence

from order_service.domain.commands import OrderCommand, PlaceOrder
from order_service.domain.decisions import decide
from order_service.domain.listings import RecordListing, newer
from order_service.tables import LISTINGS, ORDERS
from shared.eventsourcing.decisions import Access, Change, Copied, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Rows

Command = OrderCommand | RecordListing


def _order_touched(command: Command, rows: Rows) -> Iterable[Touch]:
    match command:
        case RecordListing():
            return ()
        case PlaceOrder():
            return (Touch(str(command.order_id), Access.FRESH),)
        case _:
            return (Touch(str(command.order_id), Access.LOCK),)


def _listings_touched(command: Command, rows: Rows) -> Iterable[Touch]:
    match command:
        case PlaceOrder():
            return [Touch(line.sku, Access.READ) for line in command.lines]
        case RecordListing():
            return (Touch(command.sku, Access.CREATE),)
        case _:
            return ()


def _decide(command: Command, context: Context, rows: Rows) -> Decision:
    match command:
        case RecordListing():
            listing = newer(command, rows.row(LISTINGS, command.sku).version)
            return Decision(
                copies=(Copied(LISTINGS, command.sku, command.version, listing),) if listing else ()
            )
        case PlaceOrder():
            known = {
                line.sku: row.state for line in command.lines if (row := rows.row(LISTINGS, line.sku)).version
            }
            outcome = decide(rows.state(ORDERS, str(command.order_id)), command, known)
        case _:
            outcome = decide(rows.state(ORDERS, str(command.order_id)), command)

    order_id = str(command.order_id)
    if isinstance(outcome, Sequence):
        return Decision(changes=[Change(ORDERS, order_id, event) for event in outcome])
    return Decision(refusal=outcome)


MODEL: Model[Command] = Model(
    steps=(Step(ORDERS, _order_touched), Step(LISTINGS, _listings_touched)),
    decide=_decide,
)
