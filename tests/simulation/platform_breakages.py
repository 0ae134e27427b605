"""What a mutant makes of a function of the platform."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from shared.database.faults import CommitUnknown
from tests.simulation.breakages import Function


def knows_no_key(_: Function) -> Function:
    async def claim(*_: Any) -> dict[Any, Any]:
        return {}

    return claim


def takes_every_lost_answer_for(took_effect: bool) -> Callable[[Any], Any]:
    async def answer(*_: Any) -> bool:
        return took_effect

    return lambda _: answer


def takes_what_nobody_could_look_up_for_undone(original: Function) -> Function:
    async def took_effect(*given: Any) -> bool:
        try:
            return await original(*given)
        except CommitUnknown:
            return False

    return took_effect


def leaves_out_the_last(original: Function) -> Function:
    def batched(events: Sequence[Any], publish: Any) -> Any:
        return original(events[:-1] if len(events) > 1 else events, publish)

    return batched


def forgets_when_a_row_changed(original: Function) -> Function:
    async def write_rows(connection: Any, table: Any, rows: Any, *, fresh: bool) -> None:
        unchanged = {row_id: replace(row, updated_at=row.created_at) for row_id, row in rows.items()}
        await original(connection, table, unchanged, fresh=fresh)

    return write_rows


def leaves_gaps_between_payments(original: Function) -> Function:
    def parameters(self: Any, event: Any, index: int) -> Any:
        event_id, stream, version, *rest = original(self, event, index)
        return (event_id, stream, 2 * version if stream.startswith("payment-") else version, *rest)

    return parameters
