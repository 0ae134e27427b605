"""One command to its decision and the rows after it, in memory: no I/O, no clock, no chance."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.eventsourcing import ids
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.decisions import Change, Decision, Model
from shared.eventsourcing.metadata import Context
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Projection, Row, Rows


class Decider:
    """Decides commands of one service one by one and folds what comes out into the rows."""

    def __init__(self, model: Model[Any], codec: Codec) -> None:
        self._model = model
        self._codec = codec
        self._projections: Sequence[Projection[Any]] = [
            step.table for step in model.steps if isinstance(step.table, Projection)
        ]

    def decide(self, command: Any, context: Context, rows: Rows) -> tuple[Decision, list[Recorded], Rows]:
        """The decision, its events, and a layer over `rows` with every row that they change.

        The layer is the caller's to absorb; when this raises, `rows` are as they were. Positions are 0 until stored.
        """
        decision = self._model.decide(command, context, rows)
        layer = rows.over()
        events = [self._apply(change, index, context, layer) for index, change in enumerate(decision.changes)]
        for copied in decision.copies:
            row = Row(
                copied.version,
                copied.state,
                rows.row(copied.table, copied.row_id).created_at or context.now,
                context.now,
            )
            layer.put(copied.table, copied.row_id, row)
        return decision, events, layer

    def _apply(self, change: Change, index: int, context: Context, layer: Rows) -> Recorded:
        aggregate, row_id, event = change.aggregate, change.row_id, change.event
        before = layer.row(aggregate, row_id)
        # A clock that is behind must not give a later version an earlier time: `as_of` would fold a gap.
        time = max(context.now, before.updated_at or context.now)
        after = Row(
            before.version + 1, aggregate.evolve(before.state, event), before.created_at or time, time
        )
        layer.put(aggregate, row_id, after)
        for projection in self._projections:
            for key in projection.keys(row_id, event):
                row = layer.row(projection, key)
                layer.put(
                    projection,
                    key,
                    replace(
                        row,
                        version=row.version + 1,
                        state=projection.project(row.state, key, event),
                        created_at=row.created_at or time,
                        updated_at=time,
                    ),
                )
        stream = aggregate.stream(row_id)
        return Recorded(
            position=0,
            id=ids.event_id(context.command_id, stream, index, context.now),
            stream=stream,
            row_id=row_id,
            version=after.version,
            type=self._codec.name(event),
            event=event,
            command_id=context.command_id,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            actor=context.actor,
            customer_id=context.customer_id,
            time=time,
        )
