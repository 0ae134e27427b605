"""Cursors: where a client stands in the stream. Good on any instance, after any restart.

On the wire `<offset>.<index>.<event id>`: the message in the stream, the event in the message, and that event's id, by
which a stream that was truncated or made anew is found out. `0` stands before the first event of all.
"""

import re
from dataclasses import dataclass

_INDEX_BITS = 20
_FORM = re.compile(
    r"(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,5})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
# The longest that fits the form.
LONGEST = 62


class NotACursor(ValueError):
    """The text is no cursor of ours."""


def position_of(offset: int, index: int) -> int:
    """The place of an event in the whole stream, as one number that grows from event to event."""
    return offset << _INDEX_BITS | index


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind the event at this position; `event_id` in lower case, and empty before the first event of all."""

    position: int
    event_id: str

    @property
    def offset(self) -> int:
        return self.position >> _INDEX_BITS

    @property
    def index(self) -> int:
        return self.position & (1 << _INDEX_BITS) - 1

    def __str__(self) -> str:
        return "0" if not self.event_id else f"{self.offset}.{self.index}.{self.event_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises NotACursor."""
        if text == "0":
            return BEGINNING
        found = _FORM.fullmatch(text)
        if found is None or int(found[2]) >> _INDEX_BITS:
            raise NotACursor("not a cursor of this gateway")
        return cls(position_of(int(found[1]), int(found[2])), found[3])


BEGINNING = Cursor(-1, "")
