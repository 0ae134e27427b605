"""Ways through a JSON document, and copies of it with one thing changed."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

Path = tuple[str | int, ...]


def walk(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in the document with its path, outside in."""
    for key, inner in _inside(document):
        yield (*path, key), inner
        yield from walk(inner, (*path, key))


def objects(document: Any) -> Iterator[Path]:
    """The paths of all objects in the document, the document itself first."""
    yield ()
    yield from (path for path, value in walk(document) if isinstance(value, dict))


def references(document: Any) -> list[str]:
    return [value for path, value in walk(document) if path[-1] == "$ref" and isinstance(value, str)]


def changed(document: Any, path: Path, value: Any) -> Any:
    copy = deepcopy(document)
    at(copy, path[:-1])[path[-1]] = value
    return copy


def without(document: Any, path: Path) -> Any:
    copy = deepcopy(document)
    del at(copy, path[:-1])[path[-1]]
    return copy


def at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _inside(part: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(part, dict):
        yield from cast(dict[str, Any], part).items()
    elif isinstance(part, list):
        yield from enumerate(cast(list[Any], part))
