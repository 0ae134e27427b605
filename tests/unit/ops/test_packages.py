"""Packages: what is asked of the operator, and that the machine's own files come back."""

from pathlib import Path

import pytest

from ops.stack import packages
from ops.stack.errors import PrerequisiteMissing


def only_on_path(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    def which(name: str) -> str | None:
        return f"/usr/bin/{name}" if name == program else None

    monkeypatch.setattr("shutil.which", which)


def test_one_line_to_paste_is_printed_when_we_are_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "missing", lambda: ["rabbitmq-server"])
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    only_on_path(monkeypatch, "apt-get")
    with pytest.raises(PrerequisiteMissing) as told:
        packages.ensure(lambda _: pytest.fail("nothing is installed"))
    assert str(told.value) == (
        "RabbitMQ 3.10 or later must be installed first: "
        "sudo apt-get install --no-install-recommends rabbitmq-server"
    )
    assert told.value.exit_status == 2


def test_homebrew_is_named_when_there_is_no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    only_on_path(monkeypatch, "brew")
    assert packages.advice(["redis-server"]) == "Redis must be installed first: brew install redis"


def test_path_is_named_when_there_is_neither_apt_nor_homebrew(monkeypatch: pytest.MonkeyPatch) -> None:
    only_on_path(monkeypatch, "nothing")
    assert "on PATH" in packages.advice(["postgresql"])


def test_original_comes_back_when_it_was_set_aside(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("the machine's own")
    with packages.set_aside(policy, f"{packages.MARK}exit 101", 0o755):
        assert policy.read_text().endswith("exit 101")
    assert policy.read_text() == "the machine's own"
    assert list(tmp_path.iterdir()) == [policy]


def test_original_comes_back_when_the_first_installation_was_killed(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.with_name("policy-rc.d.before-eventflow").write_text("the machine's own")
    policy.write_text(f"{packages.MARK}exit 101")
    with packages.set_aside(policy, f"{packages.MARK}exit 101", 0o755):
        pass
    assert policy.read_text() == "the machine's own"


def test_file_is_gone_when_there_was_none_before(tmp_path: Path) -> None:
    with packages.set_aside(tmp_path / "policy-rc.d", packages.MARK, 0o755):
        pass
    assert list(tmp_path.iterdir()) == []
