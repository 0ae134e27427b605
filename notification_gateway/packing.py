"""How events become messages: each its own for orders and customers, many in one for dashboards."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from notification_gateway.messages import Message, event_message, events_message

_MOST_BYTES = 128_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Packing:
    """`message` is made of so many items at most."""

    most: int
    message: Callable[[Sequence[bytes]], Message]

    def parts(self, things: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
        """What goes into one message each: as few as there can be without one of them being very long."""
        part: list[T] = []
        total = 0
        for thing in things:
            if part and (len(part) == self.most or total + size(thing) > _MOST_BYTES):
                yield part
                part, total = [], 0
            part.append(thing)
            total += size(thing)
        if part:
            yield part


# `event`, and `events`.
ONE_BY_ONE = Packing(1, lambda items: event_message(items[0]))
TOGETHER = Packing(500, events_message)
