"""What a service has published, and how far its relay has come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Record, Snapshot
from ops.histories import EVENT_COLUMNS, History
from shared.eventsourcing.codec import UnknownEventType
from shared.messaging.checkpoint import CHECKPOINT

_FIRST_OF_EACH_TYPE = f"""
SELECT {EVENT_COLUMNS} FROM events
WHERE position IN (SELECT min(position) FROM events GROUP BY type) ORDER BY position"""
_REACH = """
SELECT coalesce((SELECT position FROM checkpoints WHERE name = $1), 0),
    coalesce((SELECT max(position) FROM relay_progress WHERE at <= $2), 0),
    coalesce(max(position), 0), count(*), min(time), max(time)
FROM events"""


@dataclass(frozen=True, slots=True)
class Publications:
    """`public` is the published type by stored type (None: it stays at home); positions are those of the event table.

    `published_by_then` is how far the relay had come at the moment that was asked for.
    """

    service: str
    public: Mapping[str, str | None]
    checkpoint: int
    published_by_then: int
    last: int
    events: int
    first_time: datetime | None
    last_time: datetime | None

    @property
    def is_behind(self) -> bool:
        return self.checkpoint < self.last

    def suspects(self) -> Iterator[Offender]:
        """A relay that does not come on, or claims to have published what is not there."""
        if self.checkpoint != self.last:
            what = "published up to" if self.is_behind else "published, it claims, up to"
            problem = f"{what} position {self.checkpoint}; its last event has {self.last}"
            subject = f"relay of {self.service}"
            yield Offender(Clause.DELIVERIES, subject, problem, "./eventflow status", (self.checkpoint,))


async def publications(
    history: History, database: Snapshot, now: datetime, long_ago: timedelta
) -> Publications:
    """Whether a type is public follows from its first event: publishing looks at nothing else."""
    public = {record[4]: _public_type(history, record) for record in await database.rows(_FIRST_OF_EACH_TYPE)}
    reach = await database.row(_REACH, CHECKPOINT, now - long_ago)
    return Publications(history.service, public, *reach)


def _public_type(history: History, record: Record) -> str | None:
    try:
        contract = history.publish(history.recorded(record))
    except (ValidationError, UnknownEventType):  # I5 names it
        return None
    return contract.type if contract else None
