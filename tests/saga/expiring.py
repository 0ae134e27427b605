"""Which orders are due to expire: what the statement of `order_service.expiry` asks, of a database in memory.

The statement itself is shown on PostgreSQL by the order service's integration tests.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from order_service.domain.lifecycle import OrderStatus
from order_service.tables import ORDERS
from shared.database.row_store import decoded_row
from shared.testing.database import MemoryDatabase, Transaction
from shared.testing.service import PROGRESS
from shared.testing.statements import MemoryResult, Parameters, Statement


class _Due(NamedTuple):
    id: UUID
    customer_id: str
    placed_id: UUID


async def _find_due(database: MemoryDatabase, _: Transaction, __: str, given: Parameters) -> MemoryResult:
    notes: dict[datetime, int] = dict(database.committed(PROGRESS).values())
    told = max((position for at, position in notes.items() if at <= given["a_period_ago"]), default=0)
    placed = {event.stream: event for event in database.events if event.version == 1}
    due: list[_Due] = []
    for order_id, stored in database.committed(ORDERS.name).items():
        order = decoded_row(ORDERS, *stored).state
        event = placed[ORDERS.stream(order_id)]
        overdue = order.expires_at is not None and order.expires_at <= given["now"]
        if order.status is OrderStatus.PENDING and overdue and event.position <= told:
            due.append(_Due(UUID(order_id), order.customer_id, event.id))
    return MemoryResult(due[: given["limit"]])


FIND_DUE = Statement(
    r"\s*WITH told AS .* FROM relay_progress .* o\.status = 'PENDING'", "find due orders", _find_due
)
