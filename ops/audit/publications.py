"""What a service has published, and how far its relay has come.

Whether a queue heard it is proved by that queue's inbox. For the types that only the gateway hears, the relay's word
is all there is: the gateway's stream forgets, and may be read by the gateway alone (ADR 19).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from ops.audit.clauses import Clause, Offender
from ops.audit.snapshots import Record, Snapshot
from ops.histories import EVENT_COLUMNS, History
from shared.eventsourcing.codec import UnknownEventType
from shared.messaging.checkpoint import CHECKPOINT

_NAMED_AT_MOST = 10_000

_FIRST_OF_EACH_TYPE = f"""
SELECT {EVENT_COLUMNS} FROM events
WHERE position IN (SELECT min(position) FROM events GROUP BY type) ORDER BY position"""
_REACH = """
SELECT coalesce((SELECT position FROM checkpoints WHERE name = $1), 0),
    coalesce((SELECT max(position) FROM relay_progress WHERE at <= $2), 0),
    coalesce(max(position), 0), count(*), min(time), max(time)
FROM events"""
_WITHHELD = f"SELECT stream, position, error FROM withheld_streams ORDER BY position LIMIT {_NAMED_AT_MOST}"


@dataclass(frozen=True, slots=True)
class Publications:
    """`public` is the published type by stored type (None: it stays at home); positions are those of the event table.

    `published_by_then` is how far the relay had come at the moment that was asked for; `withheld` are stream, position
    and error of what it has passed without publishing it.
    """

    service: str
    public: Mapping[str, str | None]
    checkpoint: int
    published_by_then: int
    last: int
    events: int
    first_time: datetime | None
    last_time: datetime | None
    withheld: Sequence[Record] = ()

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
        for stream, position, error in self.withheld:
            problem = f"not published from position {position} on: {error}, see event_cannot_be_published in the log"
            command = f"./eventflow rebuild {self.service} --check"
            yield Offender(Clause.DELIVERIES, f"stream {stream}", problem, command, (position,))


async def publications(
    history: History, database: Snapshot, now: datetime, long_ago: timedelta
) -> Publications:
    """Whether a type is public follows from its first event: publishing looks at nothing else."""
    public = {record[4]: _public_type(history, record) for record in await database.rows(_FIRST_OF_EACH_TYPE)}
    reach = await database.row(_REACH, CHECKPOINT, now - long_ago)
    return Publications(history.service, public, *reach, withheld=await database.rows(_WITHHELD))


def _public_type(history: History, record: Record) -> str | None:
    try:
        contract = history.publish(history.recorded(record))
    except (ValidationError, UnknownEventType):  # I5 names it
        return None
    return contract.type if contract else None
