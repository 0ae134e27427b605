"""From a request to a submission, and from its outcome to the answer, without a database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi import Request

from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.rows import Rows
from shared.http.idempotency import StoredAnswer
from shared.http.problems import Conflict, IdempotencyKeyReused, PreconditionFailed, Problem, Unavailable
from shared.observability.correlation import correlated
from shared.runtime.answering import answer_to, submission
from shared.runtime.submissions import (
    Decided,
    Failed,
    KeyReused,
    Outcome,
    Outdated,
    Repeated,
    Stale,
    Submission,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ORDER = UUID("0197c5b4-8e80-7abc-8def-0123456789ab")
MADE = StoredAnswer(201, {"id": "a"}, {"Location": "/a"})
FAULT = RuntimeError("a bug")


async def asked(order_id: UUID | None = None) -> Submission:
    def problem_of(refusal: str) -> Problem:
        return Conflict(refusal)

    request = Request({"type": "http", "method": "POST", "path": "/things", "headers": []})
    return await submission(
        request,
        "make a thing",
        lambda decided: MADE,
        problem_of,
        actor=Actor("c-1", "staff"),
        now=NOW,
        order_id=order_id,
    )


def answered(asked: Submission, refusal: str | None) -> StoredAnswer:
    assert asked.answer is not None
    return asked.answer(Decided(refusal, (), Rows()))


@pytest.mark.parametrize(
    ("order_id", "sent", "correlated_by"),
    [(ORDER, "the-client's", ORDER), (None, "0197C5B4-8e80-7abc-8def-0123456789ab", ORDER)],
)
async def test_events_are_correlated_by_the_order_or_what_the_client_sent_when_it_is_a_uuid(
    order_id: UUID | None, sent: str, correlated_by: UUID
) -> None:
    with correlated(sent):
        context = (await asked(order_id)).context
    assert context.correlation_id == correlated_by
    assert context.command_id == context.causation_id != correlated_by


async def test_events_are_correlated_by_the_request_when_there_is_nothing_else() -> None:
    with correlated("no-uuid"):
        context = (await asked()).context
    assert context.correlation_id == context.command_id


async def test_refusal_bears_the_clients_correlation_when_it_is_decided_elsewhere() -> None:
    with correlated("the-client's"):
        submitted = await asked()
    with correlated("the-batch's"):
        refusal = answered(submitted, "too late")

    assert (refusal.status, refusal.body["detail"]) == (409, "too late")
    assert refusal.body["correlation_id"] == "the-client's"
    assert answered(submitted, None) == MADE


def test_answer_says_that_it_is_given_again_when_it_is() -> None:
    assert answer_to(Decided(None, (), Rows(), MADE)) == MADE
    again = answer_to(Repeated(MADE))
    assert (again.status, again.body) == (MADE.status, MADE.body)
    assert again.headers == {"Location": "/a", "Idempotent-Replayed": "true"}


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (KeyReused(), IdempotencyKeyReused),
        (Stale(4), PreconditionFailed),
        (Failed(FAULT), RuntimeError),
        (Outdated(), TypeError),
        (Repeated(), Unavailable),
    ],
)
def test_what_stands_in_the_way_is_raised_when_there_is_no_answer(
    outcome: Outcome, error: type[Exception]
) -> None:
    with pytest.raises(error):
        answer_to(outcome)
