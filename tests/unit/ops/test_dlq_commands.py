"""`eventflow dlq`: what it refuses before it asks anybody, and how it tells a person what came of a replay."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.desks import Desk, Silent
from ops.letter_views import discard_lines, ending_lines, group_rows, letter_lines, rehearsal_lines
from ops.stack.site import SERVICES

OTHERS = [service for service in SERVICES if service != "payment"]
LETTER = "01a1fde5-8b57-77f5-8d43-2a058230abf4"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTFLOW_HOME", str(tmp_path / "home"))
    for service in ("ORDER", "PAYMENT", "INVENTORY"):
        monkeypatch.delenv(f"{service}_PORT", raising=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["show", LETTER],
        ["replay", LETTER],
        ["replay", "--all", "--dry-run"],
        ["discard", "--group", "0123456789ab", "--reason", "x"],
    ],
)
def test_reason_is_told_in_one_sentence_when_there_is_no_stack(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, ["dlq", *arguments])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "make up" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--service", "nobody"],
        ["list", "--status", "LOST"],
        ["list", "--limit", "0"],
        ["show"],
        ["show", "some"],
        ["replay"],
        ["replay", "--dry-run"],
        ["replay", LETTER, "--all"],
        ["replay", "some"],
        ["discard", LETTER],
        ["discard", LETTER, "--reason", " "],
        ["discard", "--reason", "x"],
    ],
)
def test_status_is_two_when_the_command_is_misused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["dlq", *arguments]).exit_code == 2


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every service has one letter; these do not answer, and payment does not when it is to discard."""
    names = set[str]()

    def ask(desk: Desk, method: str, path: str, **_: Any) -> dict[str, Any]:
        if desk.service in names or (desk.service == "payment" and method == "DELETE"):
            raise Silent(f"The {desk.service} service did not answer.")
        letter = {"id": LETTER, "service": desk.service, "error_group": "0123456789ab", "count": 1}
        if method == "DELETE":
            return letter | {"status": "DISCARDED", "closed_reason": "x"}
        if method == "POST":
            return {"results": [result("took_effect", service=desk.service)], "next_cursor": None}
        return {"items": [letter], "next_cursor": None}

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setenv("EVENTFLOW_TOKEN", "a.b.c")
    for service in SERVICES:
        monkeypatch.setenv(f"{service.upper()}_PORT", "1")
    return names


@pytest.mark.parametrize(("command", "told"), [(["list"], "groups"), (["replay", "--all"], "results")])
def test_others_letters_are_told_when_a_service_is_silent(
    silent: set[str], command: list[str], told: str
) -> None:
    assert json.loads(CliRunner().invoke(app, ["dlq", *command, "--json"]).stdout)["silent"] == []
    silent.add("payment")
    answer = CliRunner().invoke(app, ["dlq", *command, "--json"])
    document = json.loads(answer.stdout)
    assert [item["service"] for item in document[told]] == OTHERS
    assert (document["silent"], answer.exit_code) == (["payment"], 1)
    assert "The payment service did not answer." in answer.stderr


def test_what_was_discarded_is_told_when_another_service_falls_silent_meanwhile(silent: set[str]) -> None:
    assert not silent
    answer = CliRunner().invoke(app, ["dlq", "discard", "--all", "--reason", "x", "--json"])
    document = json.loads(answer.stdout)
    assert [letter["service"] for letter in document["letters"]] == OTHERS
    assert (document["silent"], answer.exit_code) == (["payment"], 1)


@pytest.mark.parametrize("command", [["list"], ["replay", "--all"], ["discard", "--all", "--reason", "x"]])
def test_nothing_is_claimed_when_no_service_answers(silent: set[str], command: list[str]) -> None:
    silent |= set(SERVICES)
    answer = CliRunner().invoke(app, ["dlq", *command])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert f"The {SERVICES[0]} service did not answer." in answer.stderr


def result(outcome: str, error: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "service": "order",
        "id": LETTER,
        "type": "order.created",
        "outcome": outcome,
        "error": error,
        "events": [],
        **more,
    }


def test_those_that_did_not_end_well_are_named_when_many_were_replayed() -> None:
    results = [*[result("took_effect")] * 1_234, result("failed_again", "KeyError:\n 'sku'")]
    assert list(ending_lines(results)) == [
        "1,234 took effect",
        "    1 failed again",
        f"  order {LETTER} failed again: KeyError: 'sku'",
    ]
    assert list(ending_lines([result("not_yet")] * 30))[-1] == "  and 10 more; --json names all"


def test_only_what_would_change_is_shown_when_a_replay_is_rehearsed() -> None:
    shown = result(
        "took_effect",
        events=[{"type": "payment.charge_requested", "version": 3, "subject": "o-1"}],
        changes=[
            {
                "table": "payments",
                "id": "o-1",
                "version_before": 2,
                "version_after": 3,
                "before": {"status": "PENDING", "captured": 0},
                "after": {"status": "PROCESSING", "captured": 0},
            },
            {
                "table": "stock",
                "id": "A",
                "version_before": 0,
                "version_after": 1,
                "before": None,
                "after": {"reserved": 1},
            },
        ],
        messages=[{"exchange": "payment_exchange", "event": {"type": "payment.initiated"}}],
        calls=[{"to": "provider", "what": "charge", "key": "k", "request": {"amount": 5}}],
    )
    assert list(rehearsal_lines(shown)) == [
        f"order {LETTER} (order.created) would take effect",
        "  appends   payment.charge_requested, version 3 of o-1",
        "  changes   payments o-1, version 2 -> 3",
        "            status: PENDING -> PROCESSING",
        "  changes   stock A, version 0 -> 1",
        "            reserved: null -> 1",
        "  publishes payment.initiated on payment_exchange",
        "  asks      the provider for a charge: amount 5 (key k)",
    ]


def test_groups_and_letters_are_told_when_types_are_unknown() -> None:
    group = {
        "service": "order",
        "count": 10_000,
        "error_group": "0123456789ab",
        "last_failed_at": "2026-07-01T12:00:00.123456Z",
        "types": [None],
        "error": "Unreadable: not JSON",
    }
    assert group_rows([group])[1] == (
        "10,000",
        "order",
        "0123456789ab",
        "2026-07-01T12:00:00Z",
        "-",
        "Unreadable: not JSON",
    )
    letter = {
        "id": LETTER,
        "queue": "order_queue",
        "status": "DISCARDED",
        "closed_by": "ann",
        "closed_at": "2026-07-01T12:00:00Z",
        "closed_reason": "a test",
        "first_failed_at": "2026-07-01T12:00:00Z",
        "last_failed_at": "2026-07-01T12:00:00Z",
        "attempts": 1,
        "error_group": "0123456789ab",
        "error": "Unreadable: not JSON",
        "event": None,
        "body": "hello",
        "stack_trace": "",
    }
    lines = list(letter_lines(letter))
    assert "discarded by ann at 2026-07-01T12:00:00Z: a test" in lines
    assert "hello" in lines


def test_discard_tells_only_of_what_it_did_when_others_were_there_before() -> None:
    def letter(number: int, status: str, by: str | None = None, reason: str | None = None) -> dict[str, Any]:
        return {"id": f"letter-{number}", "status": status, "closed_by": by, "closed_reason": reason}

    letters = [
        letter(1, "DISCARDED", "ann", "junk"),
        letter(2, "DISCARDED", "bob", "too late"),
        letter(3, "REPLAYED", "cyd"),
    ]
    assert list(discard_lines(letters, "junk")) == [
        "1 discarded: junk",
        "letter-2 was discarded before by bob: too late",
        "letter-3 is REPLAYED: it was replayed meanwhile",
    ]
