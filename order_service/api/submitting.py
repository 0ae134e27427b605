"""From a request to its committed answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

from fastapi import Request, Response

from order_service.api.refusals import order_not_found, problem_of
from order_service.api.resources import order_document
from order_service.domain.commands import OrderCommand
from order_service.domain.order import Order
from order_service.personal_data import PersonalData
from order_service.queries import OrderQueries
from order_service.tables import ORDERS
from shared.eventsourcing.metadata import Actor, Context
from shared.eventsourcing.rows import Row
from shared.http.etags import etag
from shared.http.idempotency import StoredAnswer, response_of
from shared.http.problems import Unavailable
from shared.runtime.answering import answer_to, seen, submission
from shared.runtime.commands import Commands
from shared.runtime.submissions import Decided, Outdated, Repeated, Submission

# A key can only be gone if the customer was erased in the last minute; twice in a row is somebody's script.
_PREPARED_AT_MOST = 3


class Answer(Protocol):
    """What a wish is answered with when it is granted, personal fields sealed."""

    def of(self, decided: Decided) -> StoredAnswer: ...

    async def again(self, context: Context) -> StoredAnswer:
        """When an earlier run was committed and its answer was lost."""
        ...


@dataclass(frozen=True, slots=True)
class OrderShown:
    """The order as it then is. `unchanged` is the status when nothing was left to do."""

    queries: OrderQueries
    order_id: UUID
    status: HTTPStatus
    unchanged: HTTPStatus = HTTPStatus.OK

    def of(self, decided: Decided) -> StoredAnswer:
        row = decided.rows.row(ORDERS, str(self.order_id))
        return self._shown(row, self.status if decided.events else self.unchanged)

    async def again(self, context: Context) -> StoredAnswer:
        found = await self.queries.order(self.order_id)
        if found is None:
            raise order_not_found()
        return self._shown(found.row, self.status)

    def _shown(self, row: Row[Order], status: HTTPStatus) -> StoredAnswer:
        headers = {"ETag": etag(row.version)}
        if status is HTTPStatus.CREATED:
            headers["Location"] = f"/orders/{self.order_id}"
        return StoredAnswer(status, order_document(self.order_id, row), headers)


@dataclass(frozen=True, slots=True)
class Wish:
    """A command on behalf of somebody, and what it is answered with."""

    command: OrderCommand
    actor: Actor
    customer_id: str
    now: datetime
    answer: Answer
    key: str | None = None
    if_match: str | None = None


class Submitter:
    """Submits wishes and answers them, personal fields opened."""

    def __init__(self, commands: Commands, personal: PersonalData) -> None:
        self._commands = commands
        self._personal = personal

    async def submit(self, request: Request, prepare: Callable[[], Awaitable[Wish]]) -> Response:
        """`prepare` is called again when what it sealed was sealed by a key that is gone."""
        for _ in range(_PREPARED_AT_MOST):
            wish = await prepare()
            wish = replace(wish, actor=await self._personal.seal_actor(wish.actor))
            submitted = await _submission(request, wish)
            outcome = await self._commands.submit(submitted)
            if isinstance(outcome, Outdated):
                continue
            answer = (
                await wish.answer.again(submitted.context) if outcome == Repeated() else answer_to(outcome)
            )
            [body] = await self._personal.open([answer.body])
            return response_of(replace(answer, body=body))
        raise Unavailable("The customer's data are being erased. Nothing was changed; try again.")


async def _submission(request: Request, wish: Wish) -> Submission:
    order_id = wish.command.order_id
    return await submission(
        request,
        wish.command,
        wish.answer.of,
        problem_of,
        actor=wish.actor,
        now=wish.now,
        key=wish.key,
        expects=seen(ORDERS, str(order_id), wish.if_match),
        order_id=order_id,
        customer_id=wish.customer_id,
    )
