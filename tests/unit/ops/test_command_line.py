"""The command line: exit status, and what it says without a stack."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.orders import has_ended, money


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path / "home"))
    for variable in ("ORDER_DATABASE_URL", "ORDER_OWNER_DATABASE_URL", "ORDER_PORT"):
        monkeypatch.delenv(variable, raising=False)


def test_status_is_one_when_the_stack_was_never_up() -> None:
    answer = CliRunner().invoke(app, ["status", "--json"])
    assert (answer.exit_code, json.loads(answer.stdout)) == (1, {"parts": {}})


def test_nothing_is_stopped_when_the_stack_was_never_up() -> None:
    answer = CliRunner().invoke(app, ["down", "--json"])
    assert (answer.exit_code, json.loads(answer.stdout)) == (0, {"stopped": False})


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "nobody"],
        ["serve", "order", "--only", "everything"],
        ["migrate", "nobody"],
        ["order", "place"],
        ["order", "place", "--item", "KIT-MUG-01"],
        ["order", "place", "--item", "KIT-MUG-01=two"],
        ["logs"],
    ],
)
def test_status_is_two_when_the_command_is_misused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["token", "--role", "admin", "--subject", "a-1"],
            "Invalid value for '--role': 'admin' is not one of",
        ),
        (["dlq", "list", "--status", "LOST"], "Invalid value for '--status': 'LOST' is not one of"),
        (["serve", "nobody"], "Invalid value for 'service': 'nobody' is not one of"),
    ],
)
def test_wrong_value_is_told_in_a_plain_sentence(arguments: list[str], told: str) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert told in answer.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "order"],
        ["migrate", "order"],
        ["logs", "order"],
        ["order", "place", "--item", "KIT-MUG-01=1"],
        ["order", "show", "01a1fde5-8b57-77f5-8d43-2a058230abf4"],
    ],
)
def test_reason_is_told_in_one_sentence_when_there_is_no_stack(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "payment", "stock", "ended"),
    [
        ("PENDING", "PENDING", "RESERVED", False),
        ("CONFIRMED", "COMPLETED", "RESERVED", True),
        ("FAILED", "FAILED", "RESERVED", False),
        ("FAILED", "FAILED", "RELEASED", True),
        ("FAILED", "PENDING", "REJECTED", False),
        ("FAILED", "CANCELLED", "REJECTED", True),
        ("CANCELLED", "COMPLETED", "RELEASED", False),
        ("CANCELLED", "REFUNDED", "RELEASED", True),
    ],
)
def test_order_has_ended_when_confirmed_or_compensated(
    status: str, payment: str, stock: str, ended: bool
) -> None:
    assert has_ended({"status": status, "payment_status": payment, "stock_status": stock}) is ended


def test_amount_has_two_decimals_when_shown() -> None:
    assert money(4498, "USD") == "44.98 USD"
    assert money(5, "EUR") == "0.05 EUR"
