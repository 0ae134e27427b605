"""From a command to its decision: which rows it needs, in lock order, and what the domain makes of them."""

from collections.abc import Iterable

from shared.eventsourcing.decisions import Access, Change, Decision, Model, Step, Touch
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.rows import Rows
from template_service.domain.entry import Count, decide
from template_service.tables import ENTRIES, TOTALS


def _entries_touched(command: Count, _: Rows) -> Iterable[Touch]:
    return (Touch(str(command.order_id), Access.CREATE),)


def _totals_touched(command: Count, _: Rows) -> Iterable[Touch]:
    return [Touch(key, Access.CREATE) for key in command.amounts]


def _decide(command: Count, _: Context, rows: Rows) -> Decision:
    order_id = str(command.order_id)
    events = decide(rows.state(ENTRIES, order_id), command)
    return Decision([Change(ENTRIES, order_id, event) for event in events])


MODEL: Model[Count] = Model(
    steps=[Step(ENTRIES, _entries_touched), Step(TOTALS, _totals_touched)],
    decide=_decide,
)
