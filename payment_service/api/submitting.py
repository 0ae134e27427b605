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
from shared.http.actor import actor_of
from shared.http.idempotency import StoredAnswer, response_of
from shared.runtime.answering import answer_to, submission
from shared.runtime.commands import Commands
from shared.runtime.submissions import Decided


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
        key: str | None,
    ) -> Response:
        """`key` is the request's Idempotency-Key; `refund_id` names the refund that is asked for."""

        def answer(decided: Decided) -> StoredAnswer:
            refund = decided.rows.state(PAYMENTS, str(terms.order_id)).refund(refund_id)
            assert refund is not None
            return StoredAnswer(201, refund_resource(terms, refund).model_dump(mode="json"))

        submitted = await submission(
            request,
            command,
            answer,
            problem_of,
            actor=actor_of(request),
            now=self.clock(),
            key=key,
            order_id=terms.order_id,
            customer_id=terms.customer_id,
        )
        return response_of(answer_to(await self.commands.submit(submitted)))
