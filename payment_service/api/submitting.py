"""From a request to its committed answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import Request, Response

from payment_service.api.refusals import problem_of
from payment_service.api.resources import refund_resource
from payment_service.domain.commands import RequestRefund, RetryRefund
from payment_service.domain.payment import Terms
from payment_service.tables import PAYMENTS
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Context
from shared.http.actor import actor_of
from shared.http.idempotency import StoredAnswer, answer_of_refusal, idempotency_key, response_of
from shared.http.problems import IdempotencyKeyReused
from shared.observability.correlation import correlated, correlation_id
from shared.runtime.commands import Commands
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


@dataclass(frozen=True, slots=True)
class RefundDesk:
    """Takes requests for refunds of one payment, each answered with the refund that came of it."""

    commands: Commands
    clock: Callable[[], datetime]

    async def submit(
        self,
        command: RequestRefund | RetryRefund,
        refund_id: UUID,
        terms: Terms,
        request: Request,
        header: str | None,
    ) -> Response:
        """`header` is the request's Idempotency-Key; `refund_id` names the refund that is asked for."""
        request_id = new_id()
        correlation = correlation_id() or str(request_id)
        actor = actor_of(None)

        def answer(decided: Decided) -> StoredAnswer:
            if decided.refusal is not None:
                with correlated(correlation):  # the batch runs in a task of its own
                    return answer_of_refusal(problem_of(decided.refusal), request)
            refund = decided.rows.state(PAYMENTS, str(terms.order_id)).refund(refund_id)
            assert refund is not None
            return StoredAnswer(201, refund_resource(terms, refund).model_dump(mode="json"))

        context = Context(
            command_id=request_id,
            correlation_id=terms.order_id,
            causation_id=request_id,
            actor=actor,
            now=self.clock(),
            customer_id=terms.customer_id,
        )
        key = await idempotency_key(request, header, actor.subject)
        return response_to(await self.commands.submit(Submission(command, context, key=key, answer=answer)))


def response_to(outcome: Outcome) -> Response:
    """The answer that was stored, now or before. Raises the problem that stands in its way."""
    match outcome:
        case Decided(answer=StoredAnswer() as answer):
            return response_of(answer, replayed=False)
        case Repeated(answer=StoredAnswer() as answer):
            return response_of(answer, replayed=True)
        case KeyReused():
            raise IdempotencyKeyReused
        case Failed(error):
            raise error
        case Decided() | Repeated() | Stale() | Outdated():
            raise TypeError(f"no answer was made for {outcome}")
