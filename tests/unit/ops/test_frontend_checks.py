"""The frontend's checks: left out where there is no Node, but not silently, and not in CI."""

from pathlib import Path

import pytest

from ops.frontend_checks import CHECKS, check, node_for_checks
from ops.stack import frontend_build
from ops.stack.errors import PrerequisiteMissing
from ops.stack.programs import Node


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Node:
        raise PrerequisiteMissing("Node 20.9 or later is not installed")

    monkeypatch.setattr(frontend_build, "require_node", missing)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("no_node")
def test_one_line_says_so_when_there_is_no_node(capsys: pytest.CaptureFixture[str]) -> None:
    assert node_for_checks() is None
    assert capsys.readouterr().err == "The frontend was left out: Node 20.9 or later is not installed.\n"


@pytest.mark.usefixtures("no_node")
def test_missing_node_is_an_error_when_ci_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(PrerequisiteMissing, match="cannot be checked: Node"):
        node_for_checks()


def test_nothing_more_is_checked_when_one_check_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = tmp_path / "npm"
    npm.write_text('#!/bin/sh\necho "$*" >> asked\ntest "$*" != "run lint"\n')
    npm.chmod(0o755)
    monkeypatch.setattr(frontend_build, "DIRECTORY", tmp_path)
    assert check(Node(tmp_path / "node", npm, (20, 9))) == 1
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == [" ".join(arguments) for arguments in CHECKS[:2]]
    assert "npm run lint" in capsys.readouterr().err
