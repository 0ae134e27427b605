"""From a request to its committed answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response

from order_service.api.refusals import problem_of
from order_service.api.resources import order_document
from order_service.domain.commands import OrderCommand
from order_service.personal_data import PersonalData
from order_service.tables import ORDERS
from shared.eventsourcing.metadata import Actor
from shared.http.etags import etag
from shared.http.idempotency import StoredAnswer, response_of
from shared.http.problems import Unavailable
from shared.runtime.answering import answer_to, seen, submission
from shared.runtime.commands import Commands
from shared.runtime.submissions import Decided, Outdated, Submission

# A key can only be gone if the customer was erased in the last minute; twice in a row is somebody's script.
_PREPARED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """A command on behalf of somebody, and with which status it is answered when it is granted."""

    command: OrderCommand
    actor: Actor
    customer_id: str
    now: datetime
    status: Callable[[Decided], int]
    key: str | None = None
    if_match: str | None = None


class Submitter:
    """Submits wishes and answers with the order as it then is, personal fields opened."""

    def __init__(self, commands: Commands, personal: PersonalData) -> None:
        self._commands = commands
        self._personal = personal

    async def submit(self, request: Request, prepare: Callable[[], Awaitable[Wish]]) -> Response:
        """`prepare` is called again when what it sealed was sealed by a key that is gone."""
        for _ in range(_PREPARED_AT_MOST):
            outcome = await self._commands.submit(await _submission(request, await prepare()))
            if not isinstance(outcome, Outdated):
                answer = answer_to(outcome)
                [body] = await self._personal.open([answer.body])
                return response_of(replace(answer, body=body))
        raise Unavailable("The customer's data are being erased. Nothing was changed; try again.")


async def _submission(request: Request, wish: Wish) -> Submission:
    order_id = wish.command.order_id
    row_id = str(order_id)

    def answer(decided: Decided) -> StoredAnswer:
        row = decided.rows.row(ORDERS, row_id)
        status = wish.status(decided)
        headers = {"ETag": etag(row.version)}
        if status == HTTPStatus.CREATED:
            headers["Location"] = f"/orders/{row_id}"
        return StoredAnswer(status, order_document(row_id, row), headers)

    return await submission(
        request,
        wish.command,
        answer,
        problem_of,
        actor=wish.actor,
        now=wish.now,
        key=wish.key,
        expects=seen(ORDERS, row_id, wish.if_match),
        order_id=order_id,
        customer_id=wish.customer_id,
    )
