"""An order's situation at one moment: its story, and the state of whatever could keep it from going on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ops.desks import Json
from ops.story.archive import Story, StoryEvent


@dataclass(frozen=True, slots=True)
class Queue:
    """`depth`: messages that wait or are being handled."""

    depth: int
    consumers: int


@dataclass(frozen=True, slots=True)
class Letter:
    """An event of the order that `service` has given up on."""

    service: str
    type: str | None
    error: str
    attempts: int
    failed_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What the payment provider has still to answer: asked `attempts` times, and not before `due_at` again."""

    kind: Literal["charge", "refund"]
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around an order. `ailing` tells of each part that is not ready its state; `unread` what could not be seen.

    All of it is empty without a stack of this home to look at.
    """

    ailing: Mapping[str, str] = field(default_factory=dict[str, str])
    queues: Mapping[str, Queue] = field(default_factory=dict[str, Queue])
    letters: tuple[Letter, ...] = ()
    asks: tuple[Ask, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    story: Story
    around: Surroundings
    now: datetime

    @property
    def payment(self) -> str | None:
        """The payment's status as its own service has it; None when it has not heard of the order."""
        return _status(self.story.payment)

    @property
    def reservation(self) -> str | None:
        return _status(self.story.reservation)

    def silent(self, service: str) -> bool:
        return service in self.story.missing

    def last(self, type: str) -> StoryEvent | None:
        """The newest stored event of this type."""
        told = [event for event in self.story.events if event.type == type]
        return max(told, key=lambda event: event.version, default=None)

    def ask(self, kind: Literal["charge", "refund"]) -> Ask | None:
        return next((ask for ask in self.around.asks if ask.kind == kind), None)


def _status(resource: Json | None) -> str | None:
    return resource["status"] if resource else None
