"""`eventflow erase`: what it asks before it erases for good, and how it tells a person what is gone."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.erase_command import erasure_lines

COUNTS = {"orders": 2, "shipping_addresses": 3, "notes": 2, "internal_notes": 1, "network_addresses": 4}


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ORDER_PORT", raising=False)


def done(**changes: Any) -> dict[str, Any]:
    return {
        "customer_id": "c-1",
        "erased_now": True,
        "erased_at": "2026-11-21T17:28:08Z",
        "unreadable": COUNTS,
        **changes,
    }


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_nothing_is_asked_of_the_service_when_erasing_was_not_meant(answer: str) -> None:
    ended = CliRunner().invoke(app, ["erase", "c-1"], input=answer)
    assert ended.exit_code == 1
    assert "Erase the personal data of c-1 for good?" in ended.stderr
    assert "make up" not in ended.stderr


@pytest.mark.parametrize(("arguments", "answer"), [(["c-1"], "y\n"), (["c-1", "--yes"], None)])
def test_reason_is_told_when_there_is_no_stack(arguments: list[str], answer: str | None) -> None:
    ended = CliRunner().invoke(app, ["erase", *arguments], input=answer)
    assert ended.exit_code == 1
    assert "make up" in ended.stderr


def test_what_is_gone_is_told_when_it_was_erased_now() -> None:
    first, second, third = erasure_lines(done())
    assert first == "The personal data of c-1 were erased now."
    assert second == (
        "Unreadable in the events of orders (2): shipping addresses with e-mail (3), notes (2), internal notes (1),"
        " network addresses (4)."
    )
    assert "a minute" in third


def test_time_is_told_when_it_was_erased_before() -> None:
    lines = erasure_lines(done(erased_now=False))
    assert lines[0] == "The personal data of c-1 were erased before, at 2026-11-21T17:28:08Z."
    assert len(lines) == 2


def test_customer_is_named_when_there_was_nothing_to_erase() -> None:
    assert erasure_lines(done(erased_now=False, erased_at=None)) == ["There was nothing to erase of c-1."]
