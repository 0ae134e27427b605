"""Waiting: out loud, and with a reason when it was in vain."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ops.stack.errors import PartFailed
from ops.stack.parts import Part
from ops.stack.waiting import wait_until_ready


def make_part(log: Path, probe: Callable[[], str | None]) -> Part:
    return Part("sample", ("run",), log.parent, {}, log, probe)


def test_waiting_ends_when_the_part_serves(tmp_path: Path) -> None:
    answers = iter(["not yet", "not yet", None])
    wait_until_ready(make_part(tmp_path / "log", lambda: next(answers)), patience=5)
    assert list(answers) == []


def test_failure_names_part_reason_and_last_lines_when_patience_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    with pytest.raises(PartFailed, match=r"sample was not ready after 0 s: port closed; correct") as failed:
        wait_until_ready(make_part(log, lambda: "port closed"), patience=0)
    assert failed.value.log_lines == tuple(f"line {number}" for number in range(80, 100))


def test_waiting_ends_early_when_the_part_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match="sample did not start: it ended with status 3"):
        wait_until_ready(
            make_part(tmp_path / "log", lambda: "port closed"),
            gone=lambda: "it ended with status 3",
            patience=60,
        )


def test_part_is_named_while_waiting_when_that_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.stack.waiting.SAY_EVERY", 0.0)
    said: list[str] = []
    answers = iter(["port closed", None])
    wait_until_ready(make_part(tmp_path / "log", lambda: next(answers)), said.append, patience=5)
    assert said == ["waiting for sample (0 s): port closed"]
