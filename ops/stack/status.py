"""What runs, where, and how well."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from ops.stack import frontend, preparation, services
from ops.stack.home import Home
from ops.stack.journal import Journal
from ops.stack.lifecycle import Stack
from ops.stack.parts import Probe
from ops.stack.site import FRONTEND, SERVED, SERVER_OF, SOCKET, Site
from ops.stack.supervisor import State, journal, started_on_purpose
from ops.stack.waiting import PATIENCE

READY, STARTING, UNREADY, CRASHING, STOPPED = "ready", "starting", "not ready", "crash-looping", "stopped"

# So many unwanted ends in so many seconds are a loop, even if the part runs at this moment.
LOOP_ENDS, LOOP_SECONDS = 3, 120.0


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part: a word for its state, its process if it has one, how often it was restarted, and why it is not ready."""

    state: str
    pid: int | None
    restarts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The stack as it is now. `site` is None when it was never up."""

    site: Site | None
    parts: Mapping[str, PartStatus]

    @property
    def all_ready(self) -> bool:
        return bool(self.parts) and all(part.state == READY for part in self.parts.values())


def look(home: Home) -> Status:
    """Asks every part that has a process whether it serves. Changes nothing."""
    stack = Stack(home)
    if not home.ports_file.exists():
        return Status(None, {})
    site = stack.site()
    states = stack.states()
    entries = Journal.read(journal(home)) if states else Journal({}, {})
    probes = {**preparation.probes(site), **services.probes(site)}
    if FRONTEND in states or not states:
        probes[FRONTEND] = partial(frontend.probe, site)

    def judge_one(name: str) -> PartStatus:
        on_purpose = started_on_purpose(home, name)
        since = on_purpose.stat().st_mtime if on_purpose.exists() else 0.0
        return judge(name, probes[name], states.get(name), entries, since)

    with ThreadPoolExecutor() as threads:
        return Status(site, dict(zip(probes, threads.map(judge_one, probes), strict=True)))


def judge(name: str, probe: Probe, state: State | None, entries: Journal, since: float) -> PartStatus:
    """The part's state in a word: stopped, starting, ready, not ready, or crash-looping.

    Of the ends that make a loop, those before `since` do not count: it was started on purpose then.
    """
    restarts = entries.restarts(name)
    ends = entries.exits_since(name, max(since, time.time() - LOOP_SECONDS))
    times = "once" if len(ends) == 1 else f"{len(ends)} times"
    looping = f"it ended {times} in {LOOP_SECONDS:.0f} s ({ends[-1].how})" if ends else None
    if state is not None and len(ends) >= LOOP_ENDS:
        return PartStatus(CRASHING, state.pid, restarts, looping)
    if state is None or state.pid is None:
        return PartStatus(STARTING if ends and state else STOPPED, None, restarts, looping)
    reason = probe()
    if reason is None:
        return PartStatus(READY, state.pid, restarts, None)
    young = time.time() - state.since < PATIENCE
    return PartStatus(STARTING if young else UNREADY, state.pid, restarts, reason)


def as_json(status: Status, *, secrets: bool) -> dict[str, Any]:
    """The document of `eventflow status --json`. Passwords appear only with `secrets`: those of logins that only read."""
    parts = {
        name: {"state": part.state, "pid": part.pid, "restarts": part.restarts, "reason": part.reason}
        for name, part in status.parts.items()
    }
    if status.site is None:
        return {"parts": parts}
    site = status.site
    addressed = (*((FRONTEND,) if FRONTEND in status.parts else ()), *SERVED, SOCKET)
    urls: dict[str, Any] = {service: site.service_url(service) for service in addressed}
    urls["metrics"] = {
        name: site.metrics_url(name) for names in services.PROCESSES.values() for name in names
    }
    urls["rabbitmq_management"] = site.management_login_url if secrets else site.management_url
    urls["databases"] = {
        name: site.database_url(name, "auditor") if secrets else site.public_database_url(name)
        for name in SERVER_OF
    }
    return {**urls, "parts": parts}
