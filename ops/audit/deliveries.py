"""I6: every event was published and took effect in each queue, or is a dead letter, or was discarded by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from ops.audit.aligning import aligned
from ops.audit.broker import Broker
from ops.audit.clauses import Clause, Offender, Suspect
from ops.audit.publications import Publications
from ops.audit.snapshots import Record, Snapshot
from shared.messaging.topology import RETRY_DELAYS_SECONDS, Subscription

# The inbox forgets after 34 days, so nothing older can be missing from it.
REMEMBERED = timedelta(days=28)
# While a queue is not empty, an event is lost only if it was published so long ago and later ones were heard.
OVERTAKEN = timedelta(minutes=2)
_NAMED_AT_MOST = 10_000

_SUBSCRIBED = "SELECT type, bound_at FROM subscriptions WHERE queue = $1"
_HEARD = "SELECT event_id FROM inbox WHERE event_id >= $1 ORDER BY event_id"
_LETTERS = """
SELECT event_id, status, closed_by, closed_reason FROM dead_letters WHERE queue = $1 AND event_id IS NOT NULL"""
_PUBLISHED = """
SELECT id, position, stream, version, type, time FROM events
WHERE type = ANY($1) AND time >= $2 AND position <= $3 AND id >= $4 ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that a queue should have heard; `why` adds to the sentence about it."""

    source: str
    event_id: UUID
    position: int
    type: str
    stream: str
    why: str


@dataclass(slots=True)
class Heard:
    """What one queue has heard. `reached` is the highest position heard, by source and public type."""

    subscription: Subscription
    since: Mapping[str, datetime]
    checked: int = 0
    reached: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    missing: list[Missing] = field(default_factory=list[Missing])

    @property
    def queue(self) -> str:
        return self.subscription.queue

    def suspects(self, broker: Broker, sources: Mapping[str, Publications]) -> Iterator[Suspect]:
        queue = self.subscription
        failing = broker.waiting(*(queue.retry(seconds) for seconds in RETRY_DELAYS_SECONDS), queue.dead)
        waiting = broker.waiting(queue.queue)
        for event in self.missing:
            overtaken = event.position < self.reached.get((event.source, event.type), 0)
            long_ago = event.position <= sources[event.source].published_by_then
            problem = f"{queue.queue} never heard this {event.type} of {event.stream}{event.why}"
            command = f"./eventflow replay {event.source} --to {queue.queue} --type {event.type}"
            yield Suspect(
                Offender(Clause.DELIVERIES, f"event {event.event_id}", problem, command, (queue.queue,)),
                under_way=failing or (waiting and not (overtaken and long_ago)),
            )


async def heard(
    subscription: Subscription,
    databases: Mapping[str, Snapshot],
    sources: Mapping[str, Publications],
    now: datetime,
) -> Heard:
    """Holds the inbox of one queue against everything that was published to it."""
    own = databases[subscription.service]
    since: dict[str, datetime] = {row[0]: row[1] for row in await own.rows(_SUBSCRIBED, subscription.queue)}
    found = Heard(subscription, since)
    letters = {
        record[0]: record[1:] async for page in own.pages(_LETTERS, subscription.queue) for record in page
    }
    earliest = now - REMEMBERED
    first_id = UUID(int=int(earliest.timestamp() * 1000) << 80)
    wanted = {contract.type for contract in subscription.contracts}
    names = [name for name, source in sources.items() if wanted & set(source.public.values())]
    streams = [
        databases[name].pages(
            _PUBLISHED,
            [stored for stored, public in sources[name].public.items() if public in wanted],
            max(earliest, min(since.values(), default=now)),
            sources[name].checkpoint,
            first_id,
        )
        for name in names
    ]
    async for event_id, (known, *events) in aligned(own.pages(_HEARD, first_id), *streams):
        for name, event in zip(names, events, strict=True):
            if event is not None:
                _judge(found, name, sources[name], event_id, event, known is not None, letters)
    return found


def _judge(
    found: Heard,
    name: str,
    source: Publications,
    event_id: UUID,
    event: Record,
    known: bool,
    letters: Mapping[UUID, Sequence[str | None]],
) -> None:
    _, position, stream, version, stored, time = event
    public = source.public[stored]
    assert public is not None
    found.checked += 1
    if known:
        found.reached[name, public] = max(position, found.reached.get((name, public), 0))
        return
    bound_at = found.since.get(public)
    if bound_at is None or time < bound_at:
        return
    why = ""
    if letter := letters.get(event_id):
        status, closed_by, closed_reason = letter
        if status == "OPEN" or (status == "DISCARDED" and closed_by and closed_reason):
            return
        why = (
            ": it was discarded without name or reason"
            if status == "DISCARDED"
            else ": its replay had no effect"
        )
    if len(found.missing) < _NAMED_AT_MOST:
        found.missing.append(Missing(name, event_id, position, public, f"{stream} version {version}", why))


def unbound(subscriptions: Iterable[Subscription], broker: Broker) -> Iterator[Offender]:
    """Queues that are not bound to what they have to hear: what is published now misses them for good."""
    for subscription in subscriptions:
        bound = broker.bindings.get(subscription.queue, frozenset())
        for contract in subscription.contracts:
            if (contract.exchange, contract.type) not in bound:
                problem = f"it is not bound to {contract.type}: what is published now misses it"
                yield Offender(
                    Clause.DELIVERIES, f"queue {subscription.queue}", problem, "./eventflow status"
                )
