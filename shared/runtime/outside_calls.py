"""What a service asks of others outside EventFlow, after a commit, because of an event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from shared.eventsourcing.recorded import Recorded


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """`to` is who is asked for `what`; `key` is what they know a repeat by. Not before `due_at`."""

    to: str
    what: str
    key: str
    request: Mapping[str, JsonValue]
    due_at: datetime


ForeseeCall = Callable[[Recorded], OutsideCall | None]


def no_call(_: Recorded) -> None:
    """Of a service that asks nobody."""
