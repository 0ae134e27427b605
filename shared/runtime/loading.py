"""The rows that a batch needs: table by table in the lock order, each table's rows sorted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import row_store
from shared.eventsourcing.decisions import Access, Step
from shared.eventsourcing.rows import Row, Table
from shared.runtime.attempt import Attempt, Pending


async def load(
    connection: AsyncConnection, steps: Sequence[Step[Any]], pending: Pending, attempt: Attempt
) -> Pending:
    """Locks and loads the rows of every step; commands that cannot even say what they touch are set aside."""
    remaining = list(pending)
    for step in steps:
        wanted: dict[str, Access] = {}
        able: Pending = []
        for index, submission in remaining:
            try:
                touches = () if submission.command is None else step.touches(submission.command, attempt.rows)
                own = [(touch.row_id, touch.access) for touch in touches]
            except Exception as error:  # noqa: BLE001 - one input's bug must not take its neighbours with it
                attempt.fail(index, submission, error)
                continue
            for row_id, access in own:
                wanted[row_id] = _stronger(wanted.get(row_id), access)
            able.append((index, submission))
        remaining = able
        await _load_table(connection, step.table, wanted, attempt)
    return remaining


async def _load_table(
    connection: AsyncConnection, table: Table[Any], wanted: dict[str, Access], attempt: Attempt
) -> None:
    created = [row_id for row_id, access in wanted.items() if access is Access.CREATE]
    locked = [row_id for row_id, access in wanted.items() if access in (Access.CREATE, Access.LOCK)]
    read = [row_id for row_id, access in wanted.items() if access is Access.READ]
    found: dict[str, Row[Any]] = {}
    if created:
        await row_store.insert_placeholders(connection, table, created)
    if locked:
        found |= await row_store.lock_rows(connection, table, locked)
        attempt.held |= {(table.name, row_id) for row_id in found}
    if read:
        found |= await row_store.read_rows(connection, table, read)
    fresh = {(table.name, row_id) for row_id, access in wanted.items() if access is Access.FRESH}
    attempt.fresh |= fresh
    attempt.held |= fresh
    nothing: Row[Any] = Row(0, table.initial)
    for row_id in wanted:
        attempt.rows.put(table, row_id, found.get(row_id, nothing))


_STRENGTH = {Access.READ: 0, Access.LOCK: 1, Access.CREATE: 2, Access.FRESH: 3}


def _stronger(one: Access | None, other: Access) -> Access:
    return other if one is None or _STRENGTH[other] > _STRENGTH[one] else one
