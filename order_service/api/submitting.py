"""From a request to its committed answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Request, Response

from order_service.api.refusals import problem_of
from order_service.api.resources import order_document
from order_service.domain.commands import OrderCommand
from order_service.personal_data import PersonalData
from order_service.tables import ORDERS
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.metadata import Actor, Context
from shared.http.etags import etag, parse_if_match
from shared.http.idempotency import IdempotencyKey, StoredAnswer, answer_of_refusal, response_of
from shared.http.problems import IdempotencyKeyReused, PreconditionFailed, Unavailable
from shared.observability.correlation import correlated, correlation_id
from shared.runtime.commands import Commands
from shared.runtime.submissions import (
    Decided,
    Expectation,
    Failed,
    KeyReused,
    Outdated,
    Repeated,
    Stale,
    Submission,
)

# A key can only be gone if the customer was erased in the last minute; twice in a row is somebody's script.
_PREPARED_AT_MOST = 3

StatusOf = Callable[[Decided], int]


@dataclass(frozen=True, slots=True)
class Wish:
    """A command on behalf of somebody, and how to answer when it is granted."""

    command: OrderCommand
    actor: Actor
    customer_id: str
    now: datetime
    status: StatusOf
    key: IdempotencyKey | None = None
    if_match: str | None = None

    @property
    def order_id(self) -> UUID:
        return self.command.order_id


class Submitter:
    """Submits wishes and answers with the order as it then is, personal fields opened."""

    def __init__(self, commands: Commands, personal: PersonalData) -> None:
        self._commands = commands
        self._personal = personal

    async def submit(self, request: Request, prepare: Callable[[], Awaitable[Wish]]) -> Response:
        """`prepare` is called again when what it sealed was sealed by a key that is gone.

        Raises the problems of a stale If-Match and a reused key; a refusal by the domain is an answer.
        """
        for _ in range(_PREPARED_AT_MOST):
            outcome = await self._commands.submit(_submission(await prepare(), request))
            match outcome:
                case Decided(answer=StoredAnswer() as answer):
                    return await self._respond(answer, replayed=False)
                case Repeated(answer=StoredAnswer() as answer):
                    return await self._respond(answer, replayed=True)
                case KeyReused():
                    raise IdempotencyKeyReused
                case Stale(version):
                    raise PreconditionFailed(f"The order is at version {version} now; read it again.")
                case Failed(error):
                    raise error
                case Outdated():
                    continue
                case Decided() | Repeated():
                    raise AssertionError("an answer was asked for and none was made")
        raise Unavailable("The customer's data are being erased. Nothing was changed; try again.")

    async def _respond(self, answer: StoredAnswer, *, replayed: bool) -> Response:
        [body] = await self._personal.open([answer.body])
        return response_of(replace(answer, body=body), replayed=replayed)


def _submission(wish: Wish, request: Request) -> Submission:
    request_id = new_id()
    row_id = str(wish.order_id)
    correlation = correlation_id() or ""

    def answer(decided: Decided) -> StoredAnswer:
        if decided.refusal is not None:
            # The batch is decided in a task of its own, where nothing of this request is bound.
            with correlated(correlation):
                return answer_of_refusal(problem_of(decided.refusal), request)
        row = decided.rows.row(ORDERS, row_id)
        status = wish.status(decided)
        headers = {"ETag": etag(row.version)}
        if status == HTTPStatus.CREATED:
            headers["Location"] = f"/orders/{row_id}"
        return StoredAnswer(status, order_document(row_id, row), headers)

    return Submission(
        command=wish.command,
        context=Context(
            command_id=request_id,
            correlation_id=wish.order_id,
            causation_id=request_id,
            actor=wish.actor,
            now=wish.now,
            customer_id=wish.customer_id,
        ),
        key=wish.key,
        expects=None
        if wish.if_match is None
        else Expectation(ORDERS, row_id, parse_if_match(wish.if_match).admits),
        answer=answer,
    )
