"""What is refused is told, and no flood of it fills the disk."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.eventsourcing.metadata import Actor
from shared.observability import security_log
from shared.observability.security_log import TOLD_APART, TOLD_AT_FIRST, SecurityLog, acted, attempt_of

Ends = list[Callable[[], object]]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Ends:
    """What is due when the minute is over."""
    due: Ends = []

    class Loop:
        def call_later(self, seconds: float, call: Callable[..., object], *given: object) -> None:
            assert timedelta(seconds=seconds) == security_log.PERIOD
            due.append(lambda: call(*given))

    monkeypatch.setattr(asyncio, "get_running_loop", Loop)
    return due


def test_refusal_is_told_with_who_and_why_when_it_happens(ends: Ends) -> None:
    with capture_logs() as lines:
        SecurityLog().refused("expired", "203.0.113.9", subject=None, **attempt_of("GET", "/orders", 401))
    assert lines == [
        {
            "event": "refused",
            "log": "security",
            "log_level": "warning",
            "reason": "expired",
            "address": "203.0.113.9",
            "subject": None,
            "method": "GET",
            "path": "/orders",
            "status": 401,
        }
    ]


def test_customers_are_told_apart_without_their_addresses_when_they_are_refused(ends: Ends) -> None:
    security = SecurityLog()
    with capture_logs() as lines:
        for _ in range(TOLD_AT_FIRST + 2):
            security.refused("not_theirs", "203.0.113.9", subject="c-1", role="customer")
        security.refused("not_theirs", "203.0.113.9", subject="c-2", role="customer")
        for end in ends:
            end()
    assert [line["subject"] for line in lines] == ["c-1"] * TOLD_AT_FIRST + ["c-2", "c-1"]
    assert lines[-1] == {"event": "refused_again", "log": "security", "log_level": "warning"} | {
        "reason": "not_theirs",
        "subject": "c-1",
        "times": 2,
    }
    assert "203.0.113.9" not in str(lines)


def test_refusals_are_counted_when_an_address_is_refused_again_and_again(ends: Ends) -> None:
    security = SecurityLog()
    with capture_logs() as lines:
        for _ in range(10_000):
            security.refused("malformed", "203.0.113.9")
        security.refused("malformed", "203.0.113.10")
        security.refused("expired", "203.0.113.9")
        for end in ends:
            end()
    told = [line for line in lines if line["event"] == "refused"]
    counted: list[Any] = [line for line in lines if line["event"] == "refused_again"]
    assert len(told) == TOLD_AT_FIRST + 2
    assert [(line["address"], line["reason"], line["times"]) for line in counted] == [
        ("203.0.113.9", "malformed", 10_000 - TOLD_AT_FIRST)
    ]


def test_refusals_are_told_again_when_a_minute_is_over(ends: Ends) -> None:
    security = SecurityLog()
    with capture_logs() as lines:
        for _ in range(TOLD_AT_FIRST + 1):
            security.refused("malformed", "203.0.113.9")
        ends.pop()()
        security.refused("malformed", "203.0.113.9")
    events = [line["event"] for line in lines]
    assert events == ["refused"] * TOLD_AT_FIRST + ["refused_again", "refused"]


def test_places_are_left_for_others_when_one_subscriber_uses_all_its_addresses(ends: Ends) -> None:
    security = SecurityLog()
    with capture_logs() as lines:
        for number in range(10_000):
            security.refused("malformed", f"2001:db8::{number:x}")
        security.refused("malformed", "203.0.113.9")
        for end in ends:
            end()
    assert [line["address"] for line in lines[TOLD_AT_FIRST:]] == ["203.0.113.9", "2001:db8::/64"]


def test_lines_are_bounded_when_every_refusal_comes_from_another_network(ends: Ends) -> None:
    security = SecurityLog()
    with capture_logs() as lines:
        for number in range(100_000):
            security.refused("malformed", f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1")
        for end in ends:
            end()
    assert len(lines) == TOLD_APART + TOLD_AT_FIRST + 1
    assert (lines[-1]["address"], lines[-1]["times"]) == ("others", 100_000 - TOLD_APART - TOLD_AT_FIRST)
    assert len(ends) == TOLD_APART + 1


def test_path_is_cut_when_it_is_long() -> None:
    assert attempt_of("GET", "/" * 10_000, 401)["path"] == "/" * 200


def test_path_is_quoted_when_it_holds_what_ends_a_line_or_moves_a_cursor() -> None:
    path = attempt_of("GET", "/orders/\x9b2J\u2028\n x", 401)["path"]
    assert path == "/orders/%C2%9B2J%E2%80%A8%0A%20x"


def test_deed_is_told_when_it_cannot_be_undone() -> None:
    with capture_logs() as lines:
        acted("customer_erased", Actor("s-1", "staff", "203.0.113.9"), customer_id="c-1")
    [line] = lines
    assert (line["log"], line["event"], line["customer_id"]) == ("security", "customer_erased", "c-1")
    assert (line["subject"], line["role"], line["address"]) == ("s-1", "staff", "203.0.113.9")
