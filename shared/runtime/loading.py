"""The rows that a batch needs: table by table in the lock order, each table's rows sorted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import row_store
from shared.database.faults import LockedByAnother, translated
from shared.eventsourcing.decisions import Access, Step, Touch
from shared.eventsourcing.rows import Row, Table
from shared.runtime.attempt import Attempt, Pending
from shared.runtime.submissions import Submission

_Touching = tuple[int, Submission, list[Touch]]
_WAITS = (Access.CREATE, Access.LOCK)


async def load(
    connection: AsyncConnection, steps: Sequence[Step[Any]], pending: Pending, attempt: Attempt
) -> Pending:
    """Locks and loads the rows of every step.

    Set aside are commands that cannot even say what they touch, and those that need a row that was doubtful and proves
    to be stuck. Raises LockedByAnother when a row turns out to be stuck here; the attempt then holds it doubtful.
    """
    remaining = list(pending)
    for step in steps:
        able = _touching(step, remaining, attempt)
        able = await _around_stuck_rows(connection, step.table, able, attempt)
        wanted: dict[str, Access] = {}
        for _, _, touches in able:
            for touch in touches:
                wanted[touch.row_id] = _stronger(wanted.get(touch.row_id), touch.access)
        await _load_table(connection, step.table, wanted, attempt)
        remaining = [(index, submission) for index, submission, _ in able]
    return remaining


def _touching(step: Step[Any], pending: Pending, attempt: Attempt) -> list[_Touching]:
    able: list[_Touching] = []
    for index, submission in pending:
        try:
            touches = () if submission.command is None else step.touches(submission.command, attempt.rows)
            able.append((index, submission, list(touches)))
        except Exception as error:  # noqa: BLE001 - one input's bug must not take its neighbours with it
            attempt.fail(index, submission, error)
    return able


async def _around_stuck_rows(
    connection: AsyncConnection, table: Table[Any], touching: list[_Touching], attempt: Attempt
) -> list[_Touching]:
    needed = {touch.row_id for _, _, touches in touching for touch in touches if touch.access in _WAITS}
    doubtful = {row_id for row_id in needed if (table.name, row_id) in attempt.doubtful}
    if not doubtful:
        return touching
    free = await row_store.free_rows(connection, table, doubtful)
    stuck = doubtful - free
    attempt.doubtful -= {(table.name, row_id) for row_id in free}
    attempt.stuck |= {(table.name, row_id) for row_id in stuck}
    able: list[_Touching] = []
    for index, submission, touches in touching:
        held = {touch.row_id for touch in touches if touch.access in _WAITS} & stuck
        if held:
            attempt.fail(index, submission, LockedByAnother(f"{table.name} {', '.join(sorted(held))}"))
        else:
            able.append((index, submission, touches))
    return able


async def _load_table(
    connection: AsyncConnection, table: Table[Any], wanted: dict[str, Access], attempt: Attempt
) -> None:
    created = [row_id for row_id, access in wanted.items() if access is Access.CREATE]
    locked = [row_id for row_id, access in wanted.items() if access in _WAITS]
    read = [row_id for row_id, access in wanted.items() if access is Access.READ]
    found: dict[str, Row[Any]] = {}
    if created:
        await row_store.insert_placeholders(connection, table, created)
    if locked:
        try:
            with translated():
                found |= await row_store.lock_rows(connection, table, locked)
        except LockedByAnother:
            attempt.doubtful |= {(table.name, row_id) for row_id in locked}
            raise
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
