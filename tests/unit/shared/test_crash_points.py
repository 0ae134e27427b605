"""Processes that are told to die at a point."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from ops.stack.home import CLONE
from shared.crash_points import VARIABLE, CrashPoint

PASSES_THREE_TIMES = """
from shared.crash_points import CrashPoint, reached
for passing in range(3):
    reached(CrashPoint.HANDLED)
    print(passing, flush=True)
"""


def test_process_dies_when_it_passes_its_point_for_the_nth_time(tmp_path: Path) -> None:
    (tmp_path / CrashPoint.HANDLED).write_bytes(b"..")
    ended = passes(**{VARIABLE: str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "0\n")


def test_nobody_else_dies_when_an_order_was_carried_out(tmp_path: Path) -> None:
    (tmp_path / CrashPoint.HANDLED).write_bytes(b".")
    passes(**{VARIABLE: str(tmp_path)})
    assert passes(**{VARIABLE: str(tmp_path)}).returncode == 0


def test_process_goes_on_when_another_point_is_meant(tmp_path: Path) -> None:
    (tmp_path / CrashPoint.PUBLISHED).write_bytes(b".")
    assert passes(**{VARIABLE: str(tmp_path)}).returncode == 0


def test_process_goes_on_when_nothing_names_the_orders(tmp_path: Path) -> None:
    (tmp_path / CrashPoint.HANDLED).write_bytes(b".")
    assert passes().returncode == 0


def passes(**variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return subprocess.run(
        [sys.executable, "-c", PASSES_THREE_TIMES],
        cwd=CLONE,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )
