"""A story as a tree: for people in 80 columns, and as a document."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ops.story.archive import Story, StoryEvent
from ops.story.meaning import is_compensation, is_refusal, moved, words
from ops.story.tree import Node, Root, grow, milliseconds, placed_at

UNDOES, TURNS = "↩", "✗"
LEGEND = f"{UNDOES} undoes an earlier step   {TURNS} where the story turned"
NARROWEST = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One line: milliseconds since the order was placed, who, what with its place in the tree, and what came of it."""

    offset: int
    service: str
    what: str
    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide the columns are, in characters; what came of it takes the rest of the line."""

    offset: int
    service: int
    what: int

    def texts(self, row: Row, width: int) -> Iterator[str]:
        """The row as a line; words that would run beyond the width go on below."""
        indent = self.offset + self.service + self.what + 3
        first, *others = textwrap.wrap(row.words, max(width - indent, NARROWEST), break_on_hyphens=False) or [
            ""
        ]
        offset = f"{row.offset} ms"
        line = f"{offset:>{self.offset}} {row.service:<{self.service}} {row.what:<{self.what}} {first}"
        yield line.rstrip()
        yield from (" " * indent + other for other in others)


def is_marked(told: Sequence[Row]) -> bool:
    """Whether there is something for the legend to explain."""
    return any(mark in row.what for row in told for mark in (UNDOES, TURNS))


def rows(story: Story) -> list[Row]:
    """The tree from top to bottom: each request, and below it what followed from it."""
    if not story.events:
        return []
    since = placed_at(story.events)
    found: list[Row] = []
    for root in grow(story.events):
        found.append(Row(milliseconds(since, root.time), "", _origin(root), "", "bold"))
        found += _below(root.children, "", since)
    return found


def lines(told: Sequence[Row], width: int) -> Iterator[tuple[str, str]]:
    """The rows as text with its style, in columns that are as wide as they have to be."""
    columns = Columns(
        offset=max(len(f"{row.offset} ms") for row in told),
        service=max(len(row.service) for row in told),
        what=max(len(row.what) for row in told),
    )
    for row in told:
        for text in columns.texts(row, width):
            yield text, row.style


def row(event: StoryEvent, since: datetime, guide: str) -> Row:
    """The event at the place in the tree that the guide draws."""
    mark = f"{UNDOES} " if is_compensation(event) else f"{TURNS} " if is_refusal(event) else ""
    style = "yellow" if is_compensation(event) else "red" if is_refusal(event) else ""
    said = words(event)
    return Row(milliseconds(since, event.time), event.service, f"{guide}{mark}{event.type}", said, style)


def document(story: Story) -> dict[str, Any]:
    """The tree for `--json`; `offset_ms` counts from when the order was placed, amounts are minor units."""
    events = story.events
    since = placed_at(events) if events else None
    order = story.order or {}
    return {
        "order_id": story.order_id,
        "number": order.get("number"),
        "status": order.get("status"),
        "placed_at": since.isoformat() if since else None,
        "roots": [_root(root, since) for root in grow(events)] if since else [],
        "missing": list(story.missing.values()),
    }


def _origin(root: Root) -> str:
    return f"request of {root.by}" if root.by else "a cause that is not known"


def _below(nodes: Sequence[Node], guides: str, since: datetime) -> Iterator[Row]:
    for place, node in enumerate(nodes, start=1):
        last = place == len(nodes)
        yield row(node.event, since, guides + ("└ " if last else "├ "))
        yield from _below(node.children, guides + ("  " if last else "│ "), since)


def _root(root: Root, since: datetime) -> dict[str, Any]:
    return {
        "causation_id": root.cause,
        "request_of": root.by,
        "offset_ms": milliseconds(since, root.time),
        "children": [_node(node, since) for node in root.children],
    }


def _node(node: Node, since: datetime) -> dict[str, Any]:
    event = node.event
    return {
        "id": event.id,
        "service": event.service,
        "type": event.type,
        "version": event.version,
        "time": event.time.isoformat(),
        "offset_ms": milliseconds(since, event.time),
        "by": event.by,
        "moved": [asdict(movement) for movement in moved(event)],
        "says": words(event),
        "compensation": is_compensation(event),
        "published": event.published,
        "children": [_node(child, since) for child in node.children],
    }
