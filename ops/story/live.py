"""A story while it happens: each event once, as soon as its cause is told."""

from ops.story.archive import Story
from ops.story.timeline import Columns, Row, row
from ops.story.tree import milliseconds, placed_at

COLUMNS = Columns(offset=7, service=9, what=38)


class LiveStory:
    """Remembers of one order's story what is told already."""

    def __init__(self) -> None:
        # How deep in the tree of causes each event is; a request is at 0.
        self._depths: dict[str, int] = {}
        self._told: set[tuple[str, str]] = set()

    def news(self, story: Story) -> list[Row]:
        """What is new, in the order of time. An event whose cause is not there yet is kept for the next time."""
        if not story.events:
            return []
        since = placed_at(story.events)
        told: list[Row] = []
        for event in sorted(story.events, key=lambda event: (event.time, event.service, event.version)):
            if (event.service, event.id) in self._told:
                continue
            if event.cause not in self._depths:
                if not event.by_person:
                    continue
                self._depths[event.cause] = 0
                told.append(Row(milliseconds(since, event.time), "", f"request of {event.by}", "", "bold"))
            self._told.add((event.service, event.id))
            depth = self._depths[event.id] = self._depths[event.cause] + 1
            told.append(row(event, since, "  " * (depth - 1) + "└ "))
        return told
