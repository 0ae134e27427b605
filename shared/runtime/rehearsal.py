"""A submission handled to the end, all but COMMIT: what it would change, without changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.database.faults import LockedByAnother, Unavailable, translated
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Table
from shared.runtime.attempt import Attempt
from shared.runtime.handling import Handler
from shared.runtime.submissions import Failed, Outcome, Submission


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row as it is and as it would be."""

    table: Table[Any]
    row_id: str
    before: Row[Any]
    after: Row[Any]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Ids and times of the events are the rehearsal's own; positions are 0."""

    outcome: Outcome
    events: Sequence[Recorded] = ()
    changes: Sequence[RowChange] = ()


async def rehearse(handler: Handler, submission: Submission) -> Rehearsal:
    """Every statement is run, the append included, and rolled back. Nobody is told of it.

    Holds the locks that handling it would hold, until it has ended. What needs a row or a claim that somebody else does
    not let go of is Failed with LockedByAnother. Raises Unavailable when the environment is at fault.
    """
    attempt = Attempt()
    before: dict[tuple[str, str], Row[Any]] = {}
    try:
        with translated():
            async with handler.engine.connect() as connection:
                pending = await handler.gather(connection, [submission], attempt)
                before |= attempt.rows.items()
                await handler.carry_out(connection, [submission], pending, attempt)
                if attempt.events:
                    await handler.append(connection, attempt)
                await connection.rollback()
    except LockedByAnother as error:
        return Rehearsal(Failed(error))
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever handling it runs into is what the rehearsal is to show
        return Rehearsal(await handler.end_of_one(error, attempt))
    changes = [
        RowChange(handler.tables[table], row_id, before[table, row_id], after)
        for (table, row_id), after in attempt.changed.items()
    ]
    return Rehearsal(attempt.outcomes[0], attempt.events, changes)
