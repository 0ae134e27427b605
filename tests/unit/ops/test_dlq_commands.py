"""`eventflow dlq`: what it refuses before it asks anybody, and how it tells a person what came of a replay."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.desks import Desk, Refused, Silent
from ops.letter_views import discard_lines, ending_lines, group_rows, letter_lines, rehearsal_lines
from ops.stack.errors import StackError
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


class Desks:
    """Every service has this many letters. Those that are `away` do not answer; `failing` says so in the midst of things.

    A service fails as `failing` says once it has been asked this often to do something: then it is done all the same.
    """

    def __init__(self) -> None:
        self.letters = 1
        self.away = set[str]()
        self.failing: dict[str, tuple[int, StackError]] = {}
        self.asked: list[tuple[str, str, Any]] = []

    def ask(self, service: str, method: str, path: str, body: Any) -> dict[str, Any]:
        if service in self.away:
            raise Silent(f"The {service} service did not answer.", asked=False)
        if method == "GET":
            return {"items": [self._letter(service, number) for number in range(self.letters)][::-1]}
        before, failure = self.failing.get(service, (0, None))
        if failure is not None and before == sum(name == service for name, *_ in self.asked):
            raise failure
        self.asked.append((service, path, body))
        if path.endswith("/discard"):
            letter = {"status": "DISCARDED", "closed_reason": "x"}
            return {"results": [{"id": one, "outcome": "discarded", "letter": letter} for one in body["ids"]]}
        return {"results": [result("took_effect", service=service, id=one) for one in body["ids"]]}

    def _letter(self, service: str, number: int) -> dict[str, Any]:
        return {
            "id": f"{service}-{number:04}",
            "service": service,
            "error_group": "0123456789ab",
            "count": 1,
        }


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch) -> Desks:
    desks = Desks()

    def ask(desk: Desk, method: str, path: str, **request: Any) -> dict[str, Any]:
        return {"next_cursor": None, **desks.ask(desk.service, method, path, request.get("json"))}

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setenv("EVENTFLOW_TOKEN", "a.b.c")
    for service in SERVICES:
        monkeypatch.setenv(f"{service.upper()}_PORT", "1")
    return desks


def run(*arguments: str) -> tuple[Any, Any]:
    """What `eventflow dlq` answers, and the document in it."""
    answer = CliRunner().invoke(app, ["dlq", *arguments, "--json"])
    return answer, json.loads(answer.stdout)


DISCARD = ("discard", "--all", "--reason", "x")
IN_THE_MIDST = Silent("The payment service did not answer.", asked=True)


@pytest.mark.parametrize(
    ("command", "told"), [(("list",), "groups"), (("replay", "--all"), "results"), (DISCARD, "letters")]
)
def test_others_letters_are_told_when_a_service_is_silent(
    desks: Desks, command: tuple[str, ...], told: str
) -> None:
    assert run(*command)[1]["silent"] == []
    desks.away.add("payment")
    answer, document = run(*command)
    assert len(document[told]) == len(OTHERS)
    assert (document["silent"], answer.exit_code) == (["payment"], 1)
    assert "The payment service did not answer." in answer.stderr


@pytest.mark.parametrize(
    ("command", "path", "at_once"),
    [
        (("replay", "--all"), "/dead-letters/replay", 200),
        (("replay", "--all", "--dry-run"), "/dead-letters/replay", 10),
        (DISCARD, "/dead-letters/discard", 200),
    ],
)
def test_letters_are_worked_through_the_oldest_first_when_there_are_many(
    desks: Desks, command: tuple[str, ...], path: str, at_once: int
) -> None:
    desks.letters = 450
    answer, _ = run(*command)
    assert answer.exit_code == 0, answer.stderr
    of_first = [(asked, body) for service, asked, body in desks.asked if service == SERVICES[0]]
    ids = [letter_id for _, body in of_first for letter_id in body["ids"]]
    assert ids == [f"{SERVICES[0]}-{number:04}" for number in range(450)]
    assert {asked for asked, _ in of_first} == {path}
    assert {len(body["ids"]) for _, body in of_first[:-1]} == {at_once}
    assert {body.get("dry_run", False) for _, body in of_first} == {"--dry-run" in command}
    assert {body.get("reason") for _, body in of_first} == {"x" if command is DISCARD else None}


def test_batch_is_of_unknown_end_when_its_service_falls_silent_meanwhile(desks: Desks) -> None:
    desks.letters = 450
    desks.failing["payment"] = 1, IN_THE_MIDST
    answer, document = run("replay", "--all")
    ends = [one["outcome"] for one in document["results"] if one["service"] == "payment"]
    assert ends == ["took_effect"] * 200 + ["unknown"] * 200
    assert len(document["results"]) == 450 * len(OTHERS) + 400
    assert (document["silent"], answer.exit_code) == (["payment"], 1)


def test_discard_names_those_of_unknown_end_when_a_service_falls_silent_meanwhile(desks: Desks) -> None:
    desks.failing["payment"] = 0, IN_THE_MIDST
    answer, document = run(*DISCARD)
    assert len(document["letters"]) == len(OTHERS)
    assert document["unknown"] == ["payment-0000"]
    assert (document["silent"], answer.exit_code) == (["payment"], 1)


@pytest.mark.parametrize(
    ("failure", "command"),
    [
        (Silent("The payment service did not answer.", asked=False), ("replay", "--all")),
        (Refused("The payment service answered 503.", 503), ("replay", "--all")),
        (IN_THE_MIDST, ("replay", "--all", "--dry-run")),
    ],
)
def test_what_was_done_before_is_told_when_a_service_fails_without_doing_more(
    desks: Desks, failure: StackError, command: tuple[str, ...]
) -> None:
    """It was not reached, or says that it did nothing, or was only to show what would change."""
    desks.letters = 450
    desks.failing["payment"] = 1, failure
    answer, document = run(*command)
    ends = [one["outcome"] for one in document["results"] if one["service"] == "payment"]
    assert ends == ["took_effect"] * (10 if "--dry-run" in command else 200)
    assert (document["silent"], answer.exit_code) == (["payment"], 1)
    assert str(failure) in answer.stderr


@pytest.mark.parametrize("command", [("list",), ("replay", "--all"), DISCARD])
def test_nothing_is_claimed_when_no_service_answers(desks: Desks, command: tuple[str, ...]) -> None:
    desks.away |= set(SERVICES)
    answer = CliRunner().invoke(app, ["dlq", *command])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert f"The {SERVICES[0]} service did not answer." in answer.stderr


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("nobody"), False),
        (httpx.ReadTimeout("nothing came"), True),
        (httpx.RemoteProtocolError("hung up"), True),
    ],
)
def test_silence_says_whether_the_service_may_have_been_reached(
    monkeypatch: pytest.MonkeyPatch, error: httpx.HTTPError, asked: bool
) -> None:
    def request(_: httpx.Client, method: str, path: str, **__: Any) -> httpx.Response:
        error.request = httpx.Request(method, f"http://service{path}")
        raise error

    monkeypatch.setattr(httpx.Client, "request", request)
    monkeypatch.setenv("EVENTFLOW_TOKEN", "a.b.c")
    with pytest.raises(Silent) as silence:
        Desk("order", "http://service", "ops").ask("POST", "/dead-letters/replay")
    assert silence.value.asked is asked


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
    assert next(ending_lines([result("unknown")])) == "1 unknown: the service fell silent meanwhile"
    assert next(ending_lines([result("not_yet")], rehearsed=True)).startswith("1 not known: ")


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
    def ended(number: int, outcome: str, by: str | None = None, reason: str | None = None) -> dict[str, Any]:
        letter = {"closed_by": by, "closed_reason": reason} if by else None
        return {"service": "order", "id": f"letter-{number}", "outcome": outcome, "letter": letter}

    results = [
        ended(1, "discarded", "ann", "junk"),
        ended(2, "already_discarded", "bob", "too late"),
        ended(3, "already_replayed", "cyd", "took effect"),
        ended(4, "not_found"),
        ended(5, "unknown"),
    ]
    assert list(discard_lines(results, "junk")) == [
        "1 discarded: junk",
        "letter-2 was discarded before by bob: too late",
        "letter-3 is REPLAYED: it was replayed meanwhile",
        "letter-4 is not found",
        "letter-5 may be discarded or not: the order service fell silent meanwhile",
    ]
    assert list(discard_lines([ended(4, "not_found")] * 30, "junk"))[-1] == "  and 10 more; --json names all"
