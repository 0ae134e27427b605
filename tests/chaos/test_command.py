"""What `make chaos` ends with, and says."""

import sys
from functools import partial
from pathlib import Path

import pytest

from tests.chaos import __main__ as command
from tests.chaos import report
from tests.chaos.tally import Tally


async def kill_five(tally: Tally, **_: object) -> None:
    tally.kills["at random: order"] += 5


@pytest.mark.parametrize(
    ("minutes", "status", "said"),
    [("1", 0, "10 kills; see"), ("0", 1, "0 kills of 10, cut short; see")],
)
def test_status_is_1_when_there_were_fewer_kills_than_were_asked_for(
    minutes: str,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "reliability.md"
    monkeypatch.delenv("EVENTFLOW_HOME", raising=False)
    monkeypatch.setattr(command, "play", kill_five)
    monkeypatch.setattr(report, "write", partial(report.write, file=file))
    monkeypatch.setattr(sys, "argv", ["chaos", "--kills", "10", "--minutes", minutes])
    assert command.main() == status
    assert said in capsys.readouterr().out
    assert ("Cut short: 0 of the 10 kills" in file.read_text()) == bool(status)
