"""What callers are refused is in the security log, whoever refuses it; what they merely got wrong is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from shared.http.problem_responses import problem_response
from shared.http.problems import Forbidden, NotFound, Problem, TooManyRequests, Unauthenticated
from shared.identity.callers import CUSTOMER, STAFF, Caller

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/orders/7",
    "query_string": b"q=ada@example.org",
    "headers": [(b"authorization", b"Bearer secret")],
    "client": ("203.0.113.9", 4711),
    "state": {"caller": Caller("c-1", CUSTOMER, datetime.max.replace(tzinfo=UTC))},
}


@pytest.mark.parametrize(
    ("problem", "reason", "status"),
    [
        (Unauthenticated("expired", "The token has expired."), "expired", 401),
        (Forbidden("Not for you."), "wrong_role", 403),
        (NotFound("No such order.").hiding(), "not_theirs", 404),
        (TooManyRequests("Come back later."), "too_many_requests", 429),
    ],
)
async def test_refusal_is_told_without_token_and_query_when_it_is_answered(
    problem: Problem, reason: str, status: int
) -> None:
    with capture_logs() as lines:
        answer = problem_response(problem, SCOPE)
    [line] = lines
    assert answer.status_code == status
    assert (line["log"], line["reason"], line["status"]) == ("security", reason, status)
    # A customer's address is personal.
    assert (line["subject"], line["role"], line["address"]) == ("c-1", "customer", None)
    assert "secret" not in str(line)
    assert "ada@example.org" not in str(line)


async def test_address_is_told_when_it_is_no_customer_who_is_refused() -> None:
    for caller in (None, Caller("s-1", STAFF, datetime.max.replace(tzinfo=UTC))):
        with capture_logs() as lines:
            problem_response(Forbidden("Not for you."), {**SCOPE, "state": {"caller": caller}})
        assert [line["address"] for line in lines] == ["203.0.113.9"]


async def test_answer_does_not_differ_when_something_is_hidden() -> None:
    one, other = (
        problem_response(problem, SCOPE) for problem in (NotFound("None."), NotFound("None.").hiding())
    )
    assert (one.status_code, one.body, one.headers) == (other.status_code, other.body, other.headers)


async def test_nothing_is_told_when_there_is_nothing() -> None:
    with capture_logs() as lines:
        problem_response(NotFound("No such order."), SCOPE)
    assert lines == []
