"""Audit, reconcile, rebuild and replay: exit status 2 in one sentence when they cannot even begin."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit"],
        ["reconcile", "--day", "2026-07-01"],
        ["rebuild", "order", "--check"],
        ["replay", "order", "--to", "payment_queue"],
    ],
)
def test_reason_is_told_in_one_sentence_when_there_is_no_stack(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "--grace", "-1"],
        ["reconcile"],
        ["reconcile", "--day", "yesterday"],
        ["rebuild", "nobody"],
        ["replay", "order"],
        ["replay", "nobody", "--to", "payment_queue"],
        ["replay", "order", "--to", "payment_queue", "--from", "noon"],
    ],
)
def test_status_is_two_when_the_command_is_misused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
