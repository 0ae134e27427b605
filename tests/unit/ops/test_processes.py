"""Processes: recognised by pid and start time, or left alone."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from ops.stack.processes import ProcessRecord, kill_tree, stop_tree

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def family() -> Iterator[tuple[ProcessRecord, int]]:
    """A process that has a child: its record and the child's pid."""
    with subprocess.Popen([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        record = ProcessRecord.of(parent.pid)
        yield record, child
        kill_tree(record)


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_whole_family_is_gone_when_killed(family: tuple[ProcessRecord, int]) -> None:
    record, child = family
    kill_tree(record)
    assert not record.alive()
    assert not runs(child)


def test_stranger_is_left_alone_when_it_has_got_the_pid(family: tuple[ProcessRecord, int]) -> None:
    record, child = family
    earlier = replace(record, started=record.started - 3600)
    assert not earlier.alive()
    kill_tree(earlier)
    stop_tree(earlier, signal.SIGTERM, patience=1)
    assert record.alive()
    assert runs(child)


def test_process_is_asked_first_when_stopped(family: tuple[ProcessRecord, int]) -> None:
    record, child = family
    stop_tree(record, signal.SIGTERM, patience=0.2)
    assert not record.alive()
    assert not runs(child)


def test_no_process_has_no_record() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    with pytest.raises(ProcessLookupError):
        ProcessRecord.of(ended.pid)
