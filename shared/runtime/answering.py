"""From a request to a submission, and from what became of it to the answer."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request

from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.rows import Table
from shared.http.etags import parse_if_match
from shared.http.idempotency import StoredAnswer, answer_of_refusal, idempotency_key, replayed
from shared.http.problems import IdempotencyKeyReused, PreconditionFailed, Problem, Unavailable
from shared.observability.correlation import correlated, correlation_id
from shared.runtime.submissions import (
    Decided,
    Expectation,
    Failed,
    KeyReused,
    Outcome,
    Outdated,
    Repeated,
    Stale,
    Submission,
)


async def submission(
    request: Request,
    command: object,
    answer: Callable[[Decided], StoredAnswer],
    problem_of: Callable[[Any], Problem],
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
    expects: Expectation | None = None,
    order_id: UUID | None = None,
    customer_id: str | None = None,
) -> Submission:
    """The command as `request` gives it; `key` is its Idempotency-Key.

    `answer` says what came of it, `problem_of` puts a refusal by the domain in the words of HTTP; both run inside the
    batch. Events about an order are correlated by `order_id`, others by the client's id where that is a UUID.
    """
    request_id = new_id()
    correlation = correlation_id() or str(request_id)

    def answered(decided: Decided) -> StoredAnswer:
        if decided.refusal is None:
            return answer(decided)
        # The batch is decided in a task of its own, where nothing of this request is bound.
        with correlated(correlation):
            return answer_of_refusal(problem_of(decided.refusal), request)

    return Submission(
        command=command,
        context=Context(
            command_id=request_id,
            correlation_id=order_id or _uuid_or(request_id, correlation),
            causation_id=request_id,
            actor=actor,
            now=now,
            customer_id=customer_id,
        ),
        key=await idempotency_key(request, key, actor.subject),
        expects=expects,
        answer=answered,
    )


def seen(table: Table[Any], row_id: str, if_match: str | None) -> Expectation | None:
    """The request's If-Match as what must hold of the row. Raises InvalidInput that names the header."""
    return None if if_match is None else Expectation(table, row_id, parse_if_match(if_match).admits)


def answer_to(outcome: Outcome) -> StoredAnswer:
    """The answer that was stored, now or before. Raises the problem that stands in its way.

    Outdated is the caller's to look for: only who prepared the submission can prepare it again.
    """
    match outcome:
        case Decided(answer=StoredAnswer() as answer):
            return answer
        case Repeated(answer=StoredAnswer() as answer):
            return replayed(answer)
        case KeyReused():
            raise IdempotencyKeyReused
        case Stale(version):
            raise PreconditionFailed(version)
        case Failed(error):
            raise error
        case Repeated():
            # A rerun found its own commit, and no key kept the answer. Not an error of ours to hide behind a 500.
            raise Unavailable("The change was made, but its answer was lost; look before you ask again.")
        case Decided() | Outdated():
            raise TypeError(f"no answer was made for {outcome}")


def _uuid_or(fallback: UUID, correlation: str) -> UUID:
    """Clients may send a correlation id of any form; stored events hold UUIDs."""
    with suppress(ValueError):
        return UUID(correlation)
    return fallback
