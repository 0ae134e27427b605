"""The rule for changing a published schema: what stands in it stays as it is, and only optional fields are added.

Both sides of a contract outlive each other. A reader of yesterday hears today's events while a rollout is under way,
and a reader of today hears yesterday's, from the stream, a dead letter or a replay. So each of these is a break:

    field removed             yesterday's reader misses it
    field newly required      yesterday's events do not have it; so is a field that is added as required
    field no longer required  yesterday's reader refuses events without it
    type changed              to a narrower or to a wider one, null included: one of the two sides refuses it
    bound changed             minimum, maxLength, pattern and the like, for the same reason
    value added or removed    consumers match enumerations exhaustively: a value they do not know is a dead letter
    default changed           what an event without the field means
    contract removed          somebody may still hear it

Words (title, description) may change. Whatever else must change becomes a new version beside the old one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

Schema = Mapping[str, Any]

_WORDS = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_LOOKED_INTO = frozenset(
    {"properties", "required", "items", "additionalProperties", "patternProperties", "anyOf"}
)


def contract_breaks(committed: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[str]:
    """One line per break, naming contract and field: "order.created.1: total: field removed"."""
    breaks: list[str] = []
    for name, schema in committed.items():
        if name in current:
            breaks += [f"{name}: {found}" for found in schema_breaks(schema, current[name])]
        else:
            breaks.append(f"{name}: contract removed")
    return breaks


def schema_breaks(committed: Schema, current: Schema) -> list[str]:
    """One line per break between two JSON Schemas of the same contract, each with the path of its field."""
    return list(_Comparison(committed, current).breaks(committed, current, ""))


class _Comparison:
    def __init__(self, committed: Schema, current: Schema) -> None:
        self._committed = committed
        self._current = current

    def breaks(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        old, new = _resolved(old, self._committed), _resolved(new, self._current)
        if _kind(old) != _kind(new):
            yield _at(path, f"type changed from {_kind(old)} to {_kind(new)}")
            return
        yield from _changed_values(old, new, path)
        yield from _changed_bounds(old, new, path)
        yield from self._fields(old, new, path)
        for keyword, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            yield from self._inside(old.get(keyword), new.get(keyword), path + suffix)
        patterns_before, patterns_after = old.get("patternProperties", {}), new.get("patternProperties", {})
        if set(patterns_before) != set(patterns_after):
            yield _at(path, f"bound changed: keys from {sorted(patterns_before)} to {sorted(patterns_after)}")
            return
        for pattern, before in patterns_before.items():
            yield from self._inside(before, patterns_after[pattern], path + "{}")
        for before, after in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=True):
            yield from self.breaks(before, after, path)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required_before, required_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            field = f"{path}.{name}" if path else name
            if name not in after:
                yield _at(field, "field removed")
                continue
            if name in required_after - required_before:
                yield _at(field, "field newly required")
            if name in required_before - required_after:
                yield _at(field, "field no longer required")
            yield from self.breaks(before[name], after[name], field)
        for name in after:
            if name not in before and name in required_after:
                yield _at(f"{path}.{name}" if path else name, "field added as required")

    def _inside(self, old: Any, new: Any, path: str) -> Iterator[str]:
        """What a list or a map holds: a schema, a plain yes or no, or nothing said."""
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self.breaks(cast(Schema, old), cast(Schema, new), path)
        elif old != new:
            yield _at(path, f"type changed from {_inner_kind(old)} to {_inner_kind(new)}")


def _resolved(schema: Schema, document: Schema) -> Schema:
    """The schema that a reference stands for, so that the name of a nested model is nobody's business."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target = document["$defs"][str(reference).removeprefix("#/$defs/")]
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def _kind(schema: Schema) -> str:
    """In words: "string", "string (date-time)", "string or null"."""
    if "anyOf" in schema:
        return " or ".join(_kind(alternative) for alternative in schema["anyOf"])
    kind = str(schema.get("type", "object" if "$ref" in schema else "anything"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _inner_kind(schema: Any) -> str:
    return _kind(cast(Schema, schema)) if isinstance(schema, dict) else f"{schema}".lower()


def _changed_values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    before, after = _values(old), _values(new)
    if before is None or after is None:
        if before != after:
            limited = "to" if before is None else "from"
            yield _at(path, f"type changed {limited} one of {', '.join(map(str, after or before or ()))}")
        return
    for value in after:
        if value not in before:
            yield _at(path, f"value added: {value}")
    for value in before:
        if value not in after:
            yield _at(path, f"value removed: {value}")


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _changed_bounds(old: Schema, new: Schema, path: str) -> Iterator[str]:
    compared_elsewhere = _WORDS | _LOOKED_INTO | {"type", "format", "enum", "const"}
    for keyword in sorted((set(old) | set(new)) - compared_elsewhere):
        before, after = old.get(keyword), new.get(keyword)
        if before != after or (keyword in old) != (keyword in new):
            what = "default" if keyword == "default" else f"bound {keyword}"
            yield _at(path, f"{what} changed from {_said(old, keyword)} to {_said(new, keyword)}")


def _said(schema: Schema, keyword: str) -> str:
    return repr(schema[keyword]) if keyword in schema else "none"


def _at(path: str, what: str) -> str:
    return f"{path}: {what}" if path else what
