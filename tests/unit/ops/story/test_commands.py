"""The story's commands without a stack, and misused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app

ORDER = "01a1fe50-a79c-71e3-aee9-49d8b0a0b79c"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path / "home"))
    for variable in ("ORDER_PORT", "PAYMENT_PORT", "INVENTORY_PORT", "SOCKET_PORT"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["order", "timeline", ORDER],
        ["order", "explain", "EF-7K3Q9M"],
        ["order", "cancel", "ef-7k3q9m"],
        ["events", "tail"],
        ["events", "tail", "--order", "EF-7K3Q9M"],
        ["demo"],
    ],
)
def test_reason_is_told_in_one_sentence_when_there_is_no_stack(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["order", "timeline"],
        ["order", "timeline", "7K3Q9M"],
        ["order", "explain", "EF-"],
        ["order", "show", "01a1fe50"],
        ["order", "cancel", ORDER, "--reason", "boredom"],
        ["events", "tail", "--order", "everything"],
        ["events", "follow"],
    ],
)
def test_status_is_two_when_the_command_is_misused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
