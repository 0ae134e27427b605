"""Domain events to JSON and back, by the names that are on disk.

An event class that another has replaced stays under its name, with a method `upcast` that gives the same event as the
class after it: whoever reads meets the newest alone.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from shared.eventsourcing.rows import Aggregate


class UnknownEventType(Exception):
    """An event class without a name, or a stored name without a class: the aggregate's `events` is incomplete."""


class UpcastFailed(UnknownEventType):
    """A stored event whose own way to its newest class raises: a bug, and about this event alone."""


class Codec:
    """Encodes and decodes the events of all aggregates of a service."""

    def __init__(self, aggregates: Iterable[Aggregate[Any, Any]]) -> None:
        self._names: dict[type[Any], str] = {}
        self._adapters: dict[str, TypeAdapter[Any]] = {}
        for aggregate in aggregates:
            for name, event_type in aggregate.events.items():
                if name in self._adapters or event_type in self._names:
                    raise ValueError(f"{name} or {event_type.__name__} is declared twice")
                self._names[event_type] = name
                self._adapters[name] = _adapter(event_type)
        self._outdated = frozenset(
            name for event_type, name in self._names.items() if hasattr(event_type, "upcast")
        )

    def name(self, event: object) -> str:
        try:
            return self._names[type(event)]
        except KeyError:
            raise UnknownEventType(type(event).__name__) from None

    def encode(self, name: str, event: object) -> str:
        return self._adapters[name].dump_json(event).decode()

    def decode(self, name: str, data: str) -> Any:
        try:
            adapter = self._adapters[name]
        except KeyError:
            raise UnknownEventType(name) from None
        event = adapter.validate_json(data)
        try:
            while name in self._outdated:
                event = event.upcast()
                name = self._names[type(event)]
        except Exception as error:
            raise UpcastFailed(f"{name}: {error!r}") from error
        return event

    def is_newest(self, name: str) -> bool:
        """Whether events are still stored under this name; under others they are only read."""
        return name not in self._outdated


@cache
def _adapter(event_type: type[Any]) -> TypeAdapter[Any]:
    """Made once per class: building one takes about a millisecond, and a service has several codecs."""
    return TypeAdapter(event_type)
