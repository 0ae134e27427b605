"""Dead letters, and what came of them, in lines for a person."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ops.desks import Json

ENDED_WELL = frozenset({"took_effect", "changed_nothing", "already_processed"})
CLOSED_WELL = frozenset({"discarded", "already_discarded"})
NAMED_AT_MOST = 20

_ENDED = {
    "took_effect": "took effect",
    "changed_nothing": "changed nothing",
    "already_processed": "already processed",
    "failed_again": "failed again",
    "discarded": "discarded, so not handled",
    "not_found": "not found",
    "not_yet": "not yet: the database failed before",
    "unknown": "unknown: the service fell silent meanwhile",
}
_WOULD = {
    "took_effect": "would take effect",
    "changed_nothing": "would change nothing",
    "already_processed": "already processed",
    "failed_again": "would fail again",
    "discarded": "discarded, so not handled",
    "not_found": "not found",
    "not_yet": "not known: somebody holds what it needs",
}


def group_rows(groups: Sequence[Json]) -> list[tuple[str, ...]]:
    """Their kinds of error, the first row names the columns."""
    rows = [("letters", "service", "group", "last failed", "types", "error")]
    rows += [
        (
            f"{group['count']:,}",
            group["service"],
            group["error_group"],
            _second(group["last_failed_at"]),
            ", ".join(type_ or "-" for type_ in group["types"]),
            group["error"],
        )
        for group in groups
    ]
    return list(rows)


def discard_lines(results: Sequence[Json], reason: str) -> Iterator[str]:
    """How many are discarded for this reason, and a line for each that is not."""
    others = [result for result in results if result["outcome"] != "discarded"]
    yield f"{len(results) - len(others):,} discarded: {reason}"
    for result in others[:NAMED_AT_MOST]:
        letter: Json = result.get("letter") or {}
        match result["outcome"]:
            case "already_discarded":
                told = f"was discarded before by {letter['closed_by']}: {letter['closed_reason']}"
            case "already_replayed":
                told = "is REPLAYED: it was replayed meanwhile"
            case "unknown":
                told = f"may be discarded or not: the {result['service']} service fell silent meanwhile"
            case _:
                told = "is not found"
        yield f"{result['id']} {told}"
    yield from _more_than_named(others)


def letter_rows(letters: Sequence[Json]) -> list[tuple[str, ...]]:
    """One letter each, the first row names the columns."""
    rows = [("letter", "service", "status", "attempts", "last failed", "type", "error")]
    rows += [
        (
            letter["id"],
            letter["service"],
            letter["status"],
            str(letter["attempts"]),
            _second(letter["last_failed_at"]),
            letter["type"] or "-",
            one_line(letter["error"]),
        )
        for letter in letters
    ]
    return list(rows)


def letter_lines(letter: Json) -> Iterator[str]:
    """Everything about one letter."""
    yield f"Dead letter {letter['id']} of {letter['queue']}, {letter['status']}"
    if letter["closed_by"]:
        done = "discarded" if letter["status"] == "DISCARDED" else "replayed"
        yield f"{done} by {letter['closed_by']} at {_second(letter['closed_at'])}: {letter['closed_reason']}"
    times = f"first {_second(letter['first_failed_at'])}, last {_second(letter['last_failed_at'])}"
    yield f"failed {letter['attempts']} times, {times}"
    yield f"group {letter['error_group']}"
    yield ""
    yield from letter["error"].splitlines()
    yield ""
    if letter["body"] is not None:
        yield "What came is not one event:"
        yield from letter["body"][:2_000].splitlines()
    else:
        yield from json.dumps(letter["event"], indent=2, ensure_ascii=False).splitlines()
    if letter["stack_trace"]:
        yield ""
        yield from letter["stack_trace"].rstrip().splitlines()


def ending_lines(results: Sequence[Json], *, rehearsed: bool = False) -> Iterator[str]:
    """How many ended how, or would, and those that did not end well by name."""
    words = _WOULD if rehearsed else _ENDED
    counts = Counter(result["outcome"] for result in results)
    width = max((len(f"{count:,}") for count in counts.values()), default=0)
    for outcome, count in counts.most_common():
        yield f"{count:>{width},} {words[outcome]}"
    wrong = [result for result in results if result["outcome"] not in ENDED_WELL]
    for result in wrong[:NAMED_AT_MOST]:
        why = f": {one_line(result['error'])}" if result["error"] else ""
        yield f"  {result['service']} {result['id']} {words[result['outcome']]}{why}"
    yield from _more_than_named(wrong)


def rehearsal_lines(result: Json) -> Iterator[str]:
    """What one replay would change."""
    ending = _WOULD[result["outcome"]]
    why = f": {one_line(result['error'])}" if result["error"] else ""
    yield f"{result['service']} {result['id']} ({result['type'] or 'no event'}) {ending}{why}"
    for event in result["events"]:
        yield f"  appends   {event['type']}, version {event['version']} of {event['subject']}"
    for change in result["changes"]:
        versions = f"version {change['version_before']} -> {change['version_after']}"
        yield f"  changes   {change['table']} {change['id']}, {versions}"
        for name, before, after in _differences(change["before"], change["after"]):
            yield f"            {name}: {before} -> {after}"
    for message in result["messages"]:
        yield f"  publishes {message['event']['type']} on {message['exchange']}"
    for call in result["calls"]:
        asked = ", ".join(f"{name} {value}" for name, value in call["request"].items())
        yield f"  asks      the {call['to']} for a {call['what']}: {asked} (key {call['key']})"


def _more_than_named(results: Sequence[Json]) -> Iterator[str]:
    if len(results) > NAMED_AT_MOST:
        yield f"  and {len(results) - NAMED_AT_MOST:,} more; --json names all"


def one_line(text: str) -> str:
    return " ".join(text.split())


def _differences(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """Of two states the fields that are not the same."""
    old: Mapping[str, Any] = before or {}
    new: Mapping[str, Any] = after or {}
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield name, _value(old.get(name)), _value(new.get(name))


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _second(time: str) -> str:
    return f"{time[:19]}Z"
