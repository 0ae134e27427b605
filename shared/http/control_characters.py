"""No text with control characters gets past the edge: NUL alone would abort a whole batch in jsonb.

Below U+0020 and U+007F, in the path, in the query and in every string and key of a JSON body. Lone surrogates
need no check here: the JSON parser refuses them, and UTF-8 in URLs cannot express them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast
from urllib.parse import parse_qsl

from shared.http.problems import FieldError, InvalidInput

_IN_TEXT = re.compile(r"[\x00-\x1f\x7f]")
_IN_URL = re.compile(rb"[\x00-\x1f\x7f]|%[01][0-9A-Fa-f]|%7[Ff]")
_MESSAGE = "must not contain control characters"
_REPORTED_AT_MOST = 20
_FIELD_AT_MOST = 200

# Where a value stands: its own key or index, and where the value around it stands.
_Place = tuple["_Place", str | int] | None


def check_url(raw_path: bytes, query: bytes) -> None:
    """Raises InvalidInput that names `path` or the query parameters at fault. Both as sent, percent-encoded."""
    if _IN_URL.search(raw_path):
        raise _refusal(["path"])
    if query and _IN_URL.search(query):
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        raise _refusal([name for name, value in pairs if _IN_TEXT.search(name) or _IN_TEXT.search(value)])


def check_json(raw: bytes, document: object) -> None:
    """Raises InvalidInput that names the fields at fault. `document` is what `raw` was parsed into."""
    # Inside valid JSON only an escape or a bare DEL can make one; most bodies have neither.
    if b"\\" in raw or b"\x7f" in raw:
        fields = [_named(place) for place in islice(_places_at_fault(document), _REPORTED_AT_MOST)]
        if fields:
            raise _refusal(fields)


def _places_at_fault(document: object) -> Iterator[_Place]:
    """Places are linked named only when reported: a long key around many values would fill the memory."""
    waiting: list[tuple[_Place, object]] = [(None, document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            if _IN_TEXT.search(value):
                yield place
        elif isinstance(value, dict):
            for key, member in cast(dict[str, object], value).items():
                inner = (place, key)
                if _IN_TEXT.search(key):
                    yield inner
                waiting.append((inner, member))
        elif isinstance(value, list):
            waiting.extend(((place, index), m) for index, m in enumerate(cast(list[object], value)))


def _named(place: _Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, part = place
        parts.append(str(part))
    return ".".join(reversed(parts))[:_FIELD_AT_MOST] or "body"


def _refusal(fields: list[str]) -> InvalidInput:
    named = sorted(set(fields))[:_REPORTED_AT_MOST]
    return InvalidInput(
        "The request contains control characters.", errors=[FieldError(field, _MESSAGE) for field in named]
    )
