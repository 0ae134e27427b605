"""Fingerprints: they change with what matters and with nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from ops.stack.fingerprints import Stamps, of_package
from ops.stack.home import Home
from ops.stack.parts import Part


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for file in (
        "shared/runtime/service.py",
        "order_service/main.py",
        "order_service/migrations/versions/0001_events.py",
        "payment_service/main.py",
        "requirements/dev.txt",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("before")
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "shared/runtime/service.py",
        "order_service/main.py",
        "order_service/migrations/versions/0001_events.py",
        "order_service/migrations/versions/0002_more.py",
        "requirements/dev.txt",
    ],
)
def test_fingerprint_changes_when_the_services_code_migrations_or_requirements_do(
    clone: Path, changed: str
) -> None:
    before = of_package("order_service", clone)
    (clone / changed).write_text("after")
    assert of_package("order_service", clone) != before


@pytest.mark.parametrize(
    "changed", ["payment_service/main.py", "order_service/main.cpython-311.pyc", "README.md"]
)
def test_fingerprint_stays_when_something_else_changes(clone: Path, changed: str) -> None:
    before = of_package("order_service", clone)
    (clone / changed).write_text("after")
    assert of_package("order_service", clone) == before


def test_part_has_to_be_restarted_when_its_command_settings_or_content_change(tmp_path: Path) -> None:
    part = Part("sample", ("run",), tmp_path, {"PORT": "1"}, tmp_path / "log", lambda: None, content="code")
    variants = [
        replace(part, command=("run", "fast")),
        replace(part, environment={"PORT": "2"}),
        replace(part, content="new code"),
    ]
    assert len({part.fingerprint, *(one.fingerprint for one in variants)}) == 4
    assert replace(part, probe=lambda: "other").fingerprint == part.fingerprint


def test_stamp_is_there_for_the_next_command_when_it_was_written(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    Stamps(home).write("started order-1", "abc")
    assert Stamps(home).matches("started order-1", "abc")
    assert not Stamps(home).matches("started order-1", "abd")
