"""What a bench reports: one document, printed and written to `bench/<scenario>.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ops.bench.auditing import Audits
from ops.bench.books import Audit
from ops.bench.load import Load
from ops.stack.home import CLONE, write_whole

DIRECTORY = CLONE / "bench"


@dataclass(frozen=True, slots=True)
class Report:
    """Missing one of the `targets` is no failure: they are for a machine that does nothing else.

    `audit` is that of the books afterwards, `audits` are those that ran while orders flowed.
    """

    scenario: str
    load: Load
    audit: Audit
    targets: Mapping[str, float]
    floor: Load | None = None
    audits: Audits | None = None

    @property
    def passed(self) -> bool:
        return self.audit.clean and not (self.audits and self.audits.findings)

    def document(self) -> dict[str, Any]:
        figures = self.load.figures
        floor = None if self.floor is None else self.floor.figures.confirmed_per_s
        return {
            "scenario": self.scenario,
            "seconds": figures.seconds,
            "offered_per_s": round(figures.offered_per_s, 1),
            "accepted_per_s": round(figures.accepted_per_s, 1),
            "confirmed_per_s": round(figures.confirmed_per_s, 1),
            "floor_per_s": None if floor is None else round(floor, 1),
            "ratio": round(figures.confirmed_per_s / floor, 3) if floor else None,
            "sustained": figures.sustained,
            "backlog_s": round(figures.backlog_s, 2) if figures.confirmed_in_time else None,
            "post_ms": figures.post_ms,
            "post_to_confirmed_ms": figures.confirmed_ms,
            "cpu_s_per_1000_orders": _per_thousand(self.load),
            "floor_cpu_s_per_1000_orders": _per_thousand(self.floor) if self.floor else None,
            "cpu_of_others": round(self.load.others_cpu / self.load.elapsed, 2),
            "cores": psutil.cpu_count(),
            "peak_memory_mb": {name: round(size) for name, size in self.load.memory.items()},
            "queue_depth": self.load.queues,
            "backlog_orders": list(figures.backlog),
            "targets": dict(self.targets),
            "audit": self.audit.document(),
            "audits_beside": self.audits.document() if self.audits else None,
        }

    def write(self) -> Path:
        DIRECTORY.mkdir(exist_ok=True)
        path = DIRECTORY / f"{self.scenario}.json"
        write_whole(path, json.dumps(self.document(), indent=2) + "\n")
        return path


def _per_thousand(load: Load) -> dict[str, float]:
    """CPU seconds by process for a thousand orders, the dearest first, and their sum without who looks on."""
    thousands = max(1, load.figures.confirmed) / 1000
    spent = {name: seconds / thousands for name, seconds in load.cpu.items()}
    ordered = sorted(spent.items(), key=lambda entry: -entry[1])
    system = sum(seconds for name, seconds in ordered if name != "bench")
    return {name: round(seconds, 3) for name, seconds in [*ordered, ("total", system)]}
