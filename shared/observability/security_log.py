"""The security log: who was refused what, and who did what cannot be undone. Lines with `log="security"` among all others.

Nothing of a token and nothing personal belongs in it. It is bounded: whoever is refused without end does not fill the
disk, but is counted.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

import structlog

from shared.eventsourcing.metadata import Actor
from shared.http.networks import network_of
from shared.identity.callers import CUSTOMER

PERIOD = timedelta(minutes=1)
TOLD_AT_FIRST = 5
TOLD_APART = 200
_OTHERS = ("address", "others")
_LONGEST_PATH = 200

_Who = tuple[str, object]
_Kind = tuple[str, _Who]

# Warnings, so that no usual log level drops them.
log = structlog.get_logger(log="security")


class SecurityLog:
    """Of each reason and network, the first 5 refusals in a minute are told one by one, and then how many more there were.

    A customer's address is personal, and not told: of customers it is each reason and subject. Only 200 of these are
    told apart at a time, and the rest of a reason as one. What is counted and not told yet is lost when the process ends.
    """

    def __init__(self) -> None:
        self._refused: dict[_Kind, int] = {}

    def refused(self, reason: str, address: str | None, **attempt: object) -> None:
        """`reason` is one word of ours; `attempt` is what else is known. To be called on the event loop."""
        is_customer = attempt.get("role") == CUSTOMER
        who = (
            ("subject", attempt.get("subject"))
            if is_customer
            else ("address", address and network_of(address))
        )
        kind = self._kind(reason, who)
        before = self._refused.get(kind, 0)
        if not before:
            asyncio.get_running_loop().call_later(PERIOD.total_seconds(), self._tell_the_rest, kind)
        self._refused[kind] = before + 1
        if before < TOLD_AT_FIRST:
            log.warning("refused", reason=reason, address=None if is_customer else address, **attempt)

    def _kind(self, reason: str, who: _Who) -> _Kind:
        kind = reason, who
        return kind if kind in self._refused or len(self._refused) < TOLD_APART else (reason, _OTHERS)

    def _tell_the_rest(self, kind: _Kind) -> None:
        if (times := self._refused.pop(kind) - TOLD_AT_FIRST) > 0:
            reason, (name, value) = kind
            log.warning("refused_again", reason=reason, **{name: value}, times=times)


SECURITY = SecurityLog()
"""The one of this process."""


def path_of(path: str) -> str:
    """A path for a line of a log: quoted again, for what was decoded may hold whatever ends a line or moves a cursor."""
    return quote(path[:_LONGEST_PATH])[:_LONGEST_PATH]


def attempt_of(method: str, path: str, status: int) -> Mapping[str, object]:
    """What an HTTP request tried. The query is left out: it may hold an e-mail address."""
    return {"method": method, "path": path_of(path), "status": status}


def acted(action: str, by: Actor, **what: object) -> None:
    """Somebody did what cannot be undone."""
    log.warning(action, subject=by.subject, role=by.role, address=by.address, **what)
