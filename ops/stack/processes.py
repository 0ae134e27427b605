"""Processes of ours: recognised by pid and start time before anything is sent to them."""

import contextlib
import signal
import time
from dataclasses import dataclass

import psutil

CLOCK_TOLERANCE = 30.0  # seconds by which the kernel's idea of a start time may drift from the wall clock


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A process that we started: its pid and when it began (seconds since the epoch)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessRecord":
        """The record of a process that runs now. ProcessLookupError when it has ended."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            raise ProcessLookupError(pid) from None

    def find(self) -> psutil.Process | None:
        """The process if it still runs; None when it has ended, even if its pid now belongs to another."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.started) > CLOCK_TOLERANCE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process if _runs(process) else None

    def alive(self) -> bool:
        return self.find() is not None


def kill_tree(record: ProcessRecord) -> None:
    """SIGKILL to the process and all below it; returns when every one of them is gone."""
    family = _family(record)
    _signal(family, signal.SIGKILL)
    _wait_until_gone(family, 10)


def stop_tree(record: ProcessRecord, stop_signal: signal.Signals, *, patience: float) -> None:
    """Asks the process to end; after `patience` seconds kills it and all below it."""
    family = _family(record)
    _signal(family[:1], stop_signal)
    left = _wait_until_gone(family, patience)
    _signal(left, signal.SIGKILL)
    _wait_until_gone(left, 10)


def _family(record: ProcessRecord) -> list[psutil.Process]:
    process = record.find()
    if process is None:
        return []
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _wait_until_gone(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still run after so long. A zombie is gone: in a container nobody may ever reap it."""
    deadline = time.monotonic() + seconds
    while (left := [process for process in processes if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
