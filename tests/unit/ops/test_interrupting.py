"""Ctrl+C: what a command leaves behind is said in one sentence."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.stack.lifecycle import Stack


def test_what_keeps_running_is_said_when_up_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Stack) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path))
    monkeypatch.setattr(Stack, "up", interrupted)
    answer = CliRunner().invoke(app, ["up"])
    assert (answer.exit_code, answer.stdout) == (130, "")
    assert answer.stderr.count("keeps running; make up goes on from here") == 1
