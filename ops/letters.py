"""The dead letters of all services as an operator works through them, over REST."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ops.desks import Desk, Json, Refused, Silent, address
from ops.stack.errors import StackError

AT_ONCE = 200

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


class LetterDesks:
    """Everything that a service does not do is a StackError that says why.

    Where several services are asked, one that is silent does not hide what the others have: `silent` says of it so.
    """

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}
        self.silent: dict[str, Silent] = {}

    def groups(self, choice: Choice) -> list[Json]:
        """The largest first within each service; each group bears its service's name."""
        query = {**choice.query, "group_by": "error"}
        return self._of_each(choice, lambda service: self._items(service, query))

    def letters(self, choice: Choice) -> list[Json]:
        """All of them, the newest first within each service."""
        return self._of_each(choice, lambda service: self._items(service, choice.query))

    def newest(self, choice: Choice, limit: int) -> list[Json]:
        """Up to `limit` of all services together, the newest first."""
        found = self._of_each(choice, lambda service: islice(self._items(service, choice.query), limit))
        return sorted(found, key=lambda letter: letter["id"], reverse=True)[:limit]

    def count(self, choice: Choice) -> int:
        return sum(group["count"] for group in self.groups(choice))

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

    def replay(self, letters: Sequence[Json], watch: Watch) -> list[Json]:
        """How each ended, with its service."""
        results: list[Json] = []
        for service, ids in _by_service(letters).items():
            with self._noting_silence(service):
                for start in range(0, len(ids), AT_ONCE):
                    body = {"ids": ids[start : start + AT_ONCE]}
                    results += self._replayed(service, body)["results"]
                    watch(len(results), len(letters))
        return self._unless_all_is_silence(results)

    def replay_all(self, choice: Choice, watch: Watch) -> list[Json]:
        """How every open letter of the choice ended, each told once, the oldest first within each service."""
        total, done = self.count(choice), 0
        watch(0, total)

        def replayed(service: str) -> Iterator[Json]:
            nonlocal done
            cursor: str | None = None
            while True:
                body = {"filter": choice.filter, "limit": AT_ONCE, "cursor": cursor}
                answer = self._replayed(service, body)
                done += len(answer["results"])
                watch(done, max(total, done))
                yield from answer["results"]
                cursor = answer["next_cursor"]
                if cursor is None:
                    return

        return self._of_each(choice, replayed)

    def rehearse(self, letters: Sequence[Json], watch: Watch) -> list[Json]:
        """What each replay would change."""

        def rehearsed(letter: Json, desk: Desk) -> Json:
            path, query = f"/dead-letters/{letter['id']}/replay", {"dry_run": "true"}
            return {"service": letter["service"], **desk.ask("POST", path, params=query)}

        return self._one_by_one(letters, rehearsed, watch)

    def discard(self, letters: Sequence[Json], reason: str, watch: Watch) -> list[Json]:
        """The letters as they then are; one that is being replayed, or was, stays as it is."""

        def discarded(letter: Json, desk: Desk) -> Json:
            path = f"/dead-letters/{letter['id']}"
            try:
                return desk.ask("DELETE", path, params={"reason": reason})
            except Refused as refusal:
                if refusal.status != 409:
                    raise
                return desk.ask("GET", path)

        return self._one_by_one(letters, discarded, watch)

    def _one_by_one(
        self, letters: Sequence[Json], work: Callable[[Json, Desk], Json], watch: Watch
    ) -> list[Json]:
        results: list[Json] = []
        for letter in letters:
            if letter["service"] in self.silent:
                continue
            with self._noting_silence(letter["service"]):
                results.append(work(letter, self._desk(letter["service"])))
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
        except Silent as silence:
            self.silent[service] = silence

    def _unless_all_is_silence(self, results: list[Json]) -> list[Json]:
        """Raises Silent when that is all there is to tell."""
        if not results:
            for silence in self.silent.values():
                raise silence
        return results

    def _replayed(self, service: str, body: Mapping[str, Any]) -> Json:
        answer = self._desk(service).ask("POST", "/dead-letters/replay", json=body)
        return answer | {"results": [{"service": service, **result} for result in answer["results"]]}

    def _items(self, service: str, query: Mapping[str, str]) -> Iterator[Json]:
        return self._desk(service).items("/dead-letters", query)

    def _desk(self, service: str) -> Desk:
        if service not in self._desks:
            self._desks[service] = Desk(service, address(service), "ops")
        return self._desks[service]


def _by_service(letters: Sequence[Json]) -> Mapping[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for letter in letters:
        ids.setdefault(letter["service"], []).append(letter["id"])
    return ids
