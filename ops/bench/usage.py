"""CPU and memory by process. A server counts with everything below it: PostgreSQL has a process per connection."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ops.stack.processes import ProcessRecord

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since each began, by name; `busy` is the whole machine's, whoever used it."""

    by_process: Mapping[str, float]
    busy: float

    @classmethod
    def now(cls, processes: Mapping[str, ProcessRecord]) -> "Usage":
        machine = psutil.cpu_times()
        return cls(
            {name: sum(_cpu(member) for member in family(record)) for name, record in processes.items()},
            machine.user + machine.system,
        )


def memory(processes: Mapping[str, ProcessRecord]) -> dict[str, float]:
    """Resident memory in MB by name; what a server's processes share counts once."""
    found: dict[str, float] = {}
    for name, record in processes.items():
        sizes = [size for member in family(record) if (size := _memory(member))]
        if sizes:
            own = sum(resident - shared for resident, shared in sizes)
            found[name] = (own + max(shared for _, shared in sizes)) / MEGABYTE
    return found


def family(record: ProcessRecord) -> list[psutil.Process]:
    """The process and all below it; none when it has ended."""
    root = record.find()
    try:
        return [root, *root.children(recursive=True)] if root else []
    except psutil.NoSuchProcess:
        return []


def _cpu(process: psutil.Process) -> float:
    """With what its children had used that have ended: an autovacuum worker lives for a moment."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + times.children_user + times.children_system


def _memory(process: psutil.Process) -> tuple[int, int] | None:
    try:
        info = process.memory_info()
    except psutil.NoSuchProcess:
        return None
    return info.rss, info.shared
