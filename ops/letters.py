"""The dead letters of all services as an operator works through them, over REST."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ops.desks import Desk, Json, Refused, Silent, address
from ops.stack.errors import StackError

# How many of how many letters are done.
Watch = Callable[[int, int], None]


class NoSuchLetter(StackError):
    """No service has it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The letters of one status, of all or of these services, of any or of one type and kind of error."""

    services: Sequence[str]
    status: str = "OPEN"
    type: str | None = None
    error_group: str | None = None

    @property
    def query(self) -> dict[str, str]:
        given = {"status": self.status, "type": self.type, "error_group": self.error_group}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def filter(self) -> dict[str, str]:
        return {name: value for name, value in self.query.items() if name != "status"}


@dataclass(frozen=True, slots=True)
class Deed:
    """What a service is asked to do with letters, `at_once` of them per request."""

    path: str
    details: Mapping[str, Any]
    at_once: int
    changes: bool = True


REPLAY = Deed("/dead-letters/replay", {}, at_once=200)
# Each may wait for a locked row, one after another, and the answer has to come in time.
REHEARSAL = Deed("/dead-letters/replay", {"dry_run": True}, at_once=10, changes=False)


def discard_for(reason: str) -> Deed:
    return Deed("/dead-letters/discard", {"reason": reason}, at_once=200)


class LetterDesks:
    """Everything that a service does not do is a StackError that says why.

    Where several services are asked, one that is silent or refuses hides neither what the others have nor what it has
    done itself: `silent` says why there is no more of it.
    """

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}
        self.silent: dict[str, Silent | Refused] = {}

    def groups(self, choice: Choice) -> list[Json]:
        """The largest first within each service; each group bears its service's name."""
        query = {**choice.query, "group_by": "error"}
        return self._of_each(choice, lambda service: self._items(service, query))

    def letters(self, choice: Choice) -> list[Json]:
        """All of them, the oldest first within each service."""
        return self._of_each(choice, lambda service: reversed(list(self._items(service, choice.query))))

    def newest(self, choice: Choice, limit: int) -> list[Json]:
        """Up to `limit` of all services together, the newest first."""
        found = self._of_each(choice, lambda service: islice(self._items(service, choice.query), limit))
        return sorted(found, key=lambda letter: letter["id"], reverse=True)[:limit]

    def find(self, letter_id: str, services: Sequence[str]) -> Json:
        """The letter, whichever service has it. Raises NoSuchLetter, or Silent when one could not be asked."""
        silent: Silent | None = None
        for service in services:
            try:
                return self._desk(service).ask("GET", f"/dead-letters/{letter_id}")
            except Silent as error:
                silent = error
            except Refused as refusal:
                if refusal.status != 404:
                    raise
        raise silent or NoSuchLetter(f"No service has a dead letter {letter_id}; see ./eventflow dlq list.")

    def do(self, deed: Deed, letters: Sequence[Json], watch: Watch) -> list[Json]:
        """What became of each, with its service, in the order of the letters of one service.

        Of those that a service was busy with when it fell silent the outcome is "unknown"; what it had not been asked
        for yet is not told of.
        """
        results: list[Json] = []
        for service, ids in _by_service(letters).items():
            with self._noting_silence(service):
                for start in range(0, len(ids), deed.at_once):
                    batch = ids[start : start + deed.at_once]
                    try:
                        answer = self._desk(service).ask(
                            "POST", deed.path, json={**deed.details, "ids": batch}
                        )
                    except Silent as silence:
                        if silence.asked and deed.changes:
                            results += [_unknown(service, letter_id, silence) for letter_id in batch]
                        raise
                    results += [{"service": service, **result} for result in answer["results"]]
                    watch(len(results), len(letters))
        return self._unless_all_is_silence(results)

    def _of_each(self, choice: Choice, ask: Callable[[str], Iterable[Json]]) -> list[Json]:
        """What the services say, each item with its service's name."""
        found: list[Json] = []
        self.silent.clear()
        for service in choice.services:
            with self._noting_silence(service):
                for item in ask(service):
                    found.append({"service": service, **item})
        return self._unless_all_is_silence(found)

    @contextmanager
    def _noting_silence(self, service: str) -> Generator[None]:
        try:
            yield
        except (Silent, Refused) as silence:
            self.silent[service] = silence

    def _unless_all_is_silence(self, results: list[Json]) -> list[Json]:
        """Raises what a service said instead when that is all there is to tell."""
        if not results:
            for silence in self.silent.values():
                raise silence
        return results

    def _items(self, service: str, query: Mapping[str, str]) -> Iterator[Json]:
        return self._desk(service).items("/dead-letters", query)

    def _desk(self, service: str) -> Desk:
        if service not in self._desks:
            self._desks[service] = Desk(service, address(service), "ops")
        return self._desks[service]


def _unknown(service: str, letter_id: str, silence: Silent) -> Json:
    return {"service": service, "id": letter_id, "type": None, "outcome": "unknown", "error": str(silence)}


def _by_service(letters: Sequence[Json]) -> Mapping[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for letter in letters:
        ids.setdefault(letter["service"], []).append(letter["id"])
    return ids
