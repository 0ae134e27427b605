"""Dead letters, and what came of them, as clients get them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from pydantic import JsonValue, TypeAdapter

from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row, Table
from shared.eventsourcing.store import EventStore
from shared.http.dead_letters import (
    AppendedEvent,
    DiscardOutcome,
    DiscardResource,
    DryRunResource,
    LetterDetailResource,
    LetterGroupResource,
    LetterResource,
    MessageResource,
    OutsideCallResource,
    ReplayResource,
    RowChangeResource,
)
from shared.messaging import incoming
from shared.messaging.letters import Letter, LetterGroup, LetterWithBody
from shared.messaging.outgoing import Publish, cloud_event
from shared.messaging.topology import Subscription
from shared.runtime.outside_calls import ForeseeCall
from shared.runtime.rehearsal import Rehearsal
from shared.runtime.replaying import Replayed

_EVENT = TypeAdapter(dict[str, Any])


class LetterDocuments:
    """In the words of one service: its names, what it publishes, and what it asks of others because of an event."""

    def __init__(
        self, subscription: Subscription, store: EventStore, publish: Publish, foresee: ForeseeCall
    ) -> None:
        self._subscription = subscription
        self._store = store
        self._publish = publish
        self._foresee = foresee

    def letter(self, letter: Letter) -> LetterResource:
        return LetterResource(**self._columns(letter))

    def group(self, group: LetterGroup) -> LetterGroupResource:
        return LetterGroupResource(
            error_group=group.error_group,
            error=group.error_kind,
            count=group.count,
            types=list(group.types),
            first_failed_at=group.first_failed_at,
            last_failed_at=group.last_failed_at,
            newest=group.newest,
        )

    def whole(self, one: LetterWithBody) -> Mapping[str, JsonValue]:
        """A LetterDetailResource."""
        told = LetterDetailResource(
            **self._columns(one.letter), event=None, body=None, stack_trace=one.stack_trace
        ).model_dump(mode="json")
        readable, event = _event_of(one.body)
        # Put in afterwards: events may be nested more deeply than a model takes.
        return told | ({"event": event} if readable else {"body": one.body.decode("utf-8", "replace")})

    def replay(self, replayed: Replayed) -> ReplayResource:
        return ReplayResource(**self._ending(replayed))

    def dry_run(self, replayed: Replayed, rehearsal: Rehearsal | None) -> DryRunResource:
        events = rehearsal.events if rehearsal is not None else ()
        contracts = [(event, self._publish(event)) for event in events]
        calls = [self._foresee(event) for event in events]
        return DryRunResource(
            **self._ending(replayed),
            changes=[
                RowChangeResource(
                    table=change.table.name,
                    id=change.row_id,
                    version_before=change.before.version,
                    version_after=change.after.version,
                    before=_state(change.table, change.before),
                    after=_state(change.table, change.after),
                )
                for change in (rehearsal.changes if rehearsal is not None else ())
            ],
            messages=[
                MessageResource(
                    exchange=contract.exchange,
                    event=_EVENT.dump_python(cloud_event(event, contract), mode="json"),
                )
                for event, contract in contracts
                if contract is not None
            ],
            calls=[OutsideCallResource(**asdict(call)) for call in calls if call is not None],
        )

    def discard(self, letter_id: UUID, letter: Letter | None, by: str, reason: str) -> DiscardResource:
        """What became of it when this person wanted to discard it for this reason."""
        if letter is None:
            return DiscardResource(id=letter_id, outcome="not_found", letter=None)
        ours = (letter.status, letter.closed_by, letter.closed_reason) == ("DISCARDED", by, reason)
        others: DiscardOutcome = "already_replayed" if letter.status == "REPLAYED" else "already_discarded"
        return DiscardResource(
            id=letter_id, outcome="discarded" if ours else others, letter=self.letter(letter)
        )

    def _columns(self, letter: Letter) -> dict[str, Any]:
        return {
            "service": self._subscription.service,
            "queue": self._subscription.queue,
            **asdict(letter),
        }

    def _ending(self, replayed: Replayed) -> dict[str, Any]:
        return {
            "id": replayed.letter.id,
            "event_id": replayed.letter.event_id,
            "type": replayed.letter.type,
            "outcome": replayed.ending,
            "error": replayed.error,
            "events": [self._appended(event) for event in replayed.events],
        }

    def _appended(self, event: Recorded) -> AppendedEvent:
        return AppendedEvent(
            id=event.id,
            type=event.type,
            subject=event.row_id,
            version=event.version,
            data=self._store.data(event),
        )


def not_replayed(letter_id: UUID) -> ReplayResource:
    """For an id that no letter has."""
    return ReplayResource(id=letter_id, event_id=None, type=None, outcome="not_found", error=None, events=[])


def not_rehearsed(letter_id: UUID) -> DryRunResource:
    """For an id that no letter has."""
    nothing = not_replayed(letter_id).model_dump()
    return DryRunResource(**nothing, changes=[], messages=[], calls=[])


def _event_of(body: bytes) -> tuple[bool, JsonValue]:
    """Whether the body is one event that can be shown as JSON, and the event."""
    try:
        [event] = incoming.raw_events(body)
        orjson.dumps([[[event]]])  # it lies deeper in an answer, and there is a limit to how deep
    except (incoming.Unreadable, ValueError, orjson.JSONEncodeError):
        return False, None
    return True, event


def _state(table: Table[Any], row: Row[Any]) -> JsonValue:
    """None for a row that is not there."""
    return table.adapter.dump_python(row.state, mode="json") if row.version else None
