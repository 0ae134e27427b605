"""How deep a JSON body may be nested: our own are four levels deep, and what is deeper only means to exhaust a stack."""

from __future__ import annotations

from typing import cast

from shared.http.problems import MalformedRequest

DEEPEST = 32


def check_nesting(raw: bytes, document: object) -> None:
    """Raises MalformedRequest. `document` is what `raw` was parsed into."""
    # Most bodies have not even so many brackets.
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _is_too_deep(document):
        raise MalformedRequest(f"The request body is nested more than {DEEPEST} levels deep.")


def _is_too_deep(document: object) -> bool:
    level = _inside([document])
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [member for container in level for member in _inside(container)]
    return bool(level)


def _inside(container: object) -> list[object]:
    """The containers directly inside."""
    members = cast(dict[str, object], container).values() if isinstance(container, dict) else container
    return [member for member in cast(list[object], members) if isinstance(member, dict | list)]
