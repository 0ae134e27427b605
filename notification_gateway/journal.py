"""The stream as this process knows it: everything that was heard goes through here, once, in order."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from notification_gateway.cursors import BEGINNING
from notification_gateway.entries import Entry
from notification_gateway.history import MOST_BYTES, MOST_IDS, FirstPositions, History
from notification_gateway.window import Window


class Listener(Protocol):
    """Is told of what happens to the journal, while it happens."""

    def heard(self, entry: Entry, /) -> None:
        """An event that nobody has been told of."""
        ...

    def lost(self, reason: str, /) -> None:
        """Positions no longer mean what they did: the stream is another one. Comes once the new one is known."""
        ...


class Journal:
    """`ready` is set while the ids of the last 200,000 events are known, and so every copy is recognised."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_ids: int = MOST_IDS) -> None:
        self._most_bytes = most_bytes
        self._most_ids = most_ids
        self.ready = asyncio.Event()
        self.first_positions = FirstPositions(most_ids)
        self.history = History(0, most_bytes)
        self.window = Window()
        self.listeners: list[Listener] = []
        # Up to here everything was read, copies included.
        self.reached = BEGINNING.position
        # Whether the first message ever was among those read.
        self.whole_stream = True
        self._lost: str | None = None

    def begin(self, first_offset: int) -> None:
        """Forgets everything: the next message is at this offset."""
        self.ready.clear()
        self.first_positions = FirstPositions(self._most_ids)
        self.history = History(first_offset, self._most_bytes)
        self.window = Window()
        self.reached = BEGINNING.position
        self.whole_stream = first_offset == 0

    def append(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.reached = entry.position
            if self.first_positions.record(entry):
                self.history.append(entry)
                self.window.count(entry)
                if self.ready.is_set():
                    for listener in self.listeners:
                        listener.heard(entry)

    def lose(self, reason: str) -> None:
        """The stream is not the one that was read: whoever listens is told once it is known how it stands."""
        self.ready.clear()
        self._lost = reason

    def filled(self) -> None:
        self.ready.set()
        if self._lost is not None:
            for listener in self.listeners:
                listener.lost(self._lost)
            self._lost = None
