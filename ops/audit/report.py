"""What an audit found: for people, and as the document of `--json` and of `run/audit.json`."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ops.audit.clauses import PROMISES, Clause, Offender
from ops.stack.home import write_whole
from ops.stack.site import Site

NAMED_AT_MOST = 1_000


@dataclass(slots=True)
class Report:
    """`checked` counts what was looked at under each clause; `bounds` says how far the audit has seen.

    `offenders` names the first thousand of each clause, `found` counts all of them.
    """

    at: datetime
    grace_seconds: float
    took_seconds: float = 0.0
    looks: int = 1
    offenders: list[Offender] = field(default_factory=list[Offender])
    found: Counter[Clause] = field(default_factory=Counter[Clause])
    checked: Counter[Clause] = field(default_factory=Counter[Clause])
    bounds: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def clean(self) -> bool:
        return not self.found

    def add(self, offenders: Iterable[Offender]) -> None:
        for offender in offenders:
            self.found[offender.clause] += 1
            if self.found[offender.clause] <= NAMED_AT_MOST:
                self.offenders.append(offender)

    def document(self) -> dict[str, Any]:
        return {
            "clean": self.clean,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "took_seconds": round(self.took_seconds, 3),
            "looks": self.looks,
            "grace_seconds": self.grace_seconds,
            "clauses": [
                {
                    "clause": clause.value,
                    "promise": promise,
                    "checked": self.checked[clause],
                    "offenders": self.found[clause],
                }
                for clause, promise in PROMISES.items()
            ],
            "offenders": [
                {
                    "clause": offender.clause.value,
                    "subject": offender.subject,
                    "problem": offender.problem,
                    "command": offender.command,
                }
                for offender in sorted(self.offenders, key=lambda one: (one.clause, one.subject, one.problem))
            ],
            "bounds": self.bounds,
        }

    def keep(self, site: Site) -> None:
        """Leaves the document where the gateway finds it."""
        site.home.create()
        write_whole(site.audit_file, json.dumps(self.document(), indent=2) + "\n")


def lines(document: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The document in words: each line with its style."""
    bounds = document["bounds"]
    for name, store in bounds["services"].items():
        yield (
            f"{name}: {store['events']} events up to position {store['last_position']} ({store['last_time']}), "
            f"published up to {store['published_up_to']}",
            "dim",
        )
    yield f"provider: {bounds['provider_keys']} keys", "dim"
    for name, queue in bounds["queues"].items():
        yield (
            f"{name}: {queue['checked']} events since {queue['since']}, {queue['messages']} messages in it, "
            f"{queue['open_dead_letters']} open dead letters, {queue['on_their_way']} events on their way",
            "dim",
        )
    if bounds["queues_not_audited"]:
        yield f"not looked into: {', '.join(bounds['queues_not_audited'])}", "dim"
    looks = "one look" if document["looks"] == 1 else f"{document['looks']} looks"
    yield (
        f"{looks} in {document['took_seconds']} s, {document['grace_seconds']:g} s of grace; "
        f"{bounds['orders_under_way']} orders under way",
        "dim",
    )
    yield "", ""
    for clause in document["clauses"]:
        count = clause["offenders"]
        verdict = f"{count} offenders" if count else "proved"
        yield (
            f"{clause['clause']}  {verdict:<14}{clause['checked']:>10} looked at   {clause['promise']}",
            "red" if count else "green",
        )
    for offender in document["offenders"]:
        yield "", ""
        yield f"{offender['clause']}  {offender['subject']}: {offender['problem']}", "red"
        yield f"    {offender['command']}", ""
