"""The supervisor's journal: which process it started when, and how each one ended.

supervisord keeps no count of restarts, but it writes every start and end into its log; this reads them.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ops.stack.processes import ProcessRecord

_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) \w+ (spawned|exited): (.*)")
_SPAWNED = re.compile(r"'(.+)' with pid (\d+)")
_EXITED = re.compile(r"(\S+) \((.*?)(?:; (?:not )?expected)?\)")


@dataclass(frozen=True, slots=True)
class Exit:
    """A part ended by itself; `at` is in seconds since the epoch, `how` as supervisord puts it."""

    at: float
    how: str


@dataclass(frozen=True, slots=True)
class Journal:
    """Starts and unwanted ends by part, oldest first, since the supervisor began."""

    spawned: dict[str, list[ProcessRecord]]
    exits: dict[str, list[Exit]]

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """The journal written so far; empty when there is none. Its times are UTC."""
        journal = cls({}, {})
        if not path.exists():
            return journal
        for line in path.read_text(errors="replace").splitlines():
            if not (matched := _LINE.match(line)):
                continue
            at = datetime.fromisoformat(matched[1]).replace(tzinfo=UTC).timestamp() + int(matched[2]) / 1000
            if matched[3] == "spawned" and (told := _SPAWNED.match(matched[4])):
                journal.spawned.setdefault(told[1], []).append(ProcessRecord(int(told[2]), at))
            elif matched[3] == "exited" and (told := _EXITED.match(matched[4])):
                journal.exits.setdefault(told[1], []).append(Exit(at, told[2]))
        return journal

    def restarts(self, name: str) -> int:
        """How often the part had to be started again because it ended by itself."""
        return len(self.exits.get(name, []))

    def exits_since(self, name: str, moment: float) -> list[Exit]:
        return [one for one in self.exits.get(name, []) if one.at >= moment]
