"""The same for many orders at once: each is decided alone, and they are committed together with whatever else arrives."""

import asyncio
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import JsonValue

from order_service.api.parts import OrderApi, json_response, new_router
from order_service.api.refusals import order_not_found, problem_of
from order_service.api.requests import BulkInput
from order_service.api.resources import BulkAnswer
from shared.database import faults
from shared.http.access import allowed
from shared.http.actor import actor_of
from shared.http.idempotency import StoredAnswer
from shared.http.problems import Problem, Unavailable
from shared.identity.callers import STAFF
from shared.runtime.answering import answer_to, submission
from shared.runtime.submissions import Decided


def bulk_router(api: OrderApi) -> APIRouter:
    router = new_router()

    @router.post("/bulk", response_model=BulkAnswer)
    @allowed(STAFF)
    async def change_many(body: BulkInput, request: Request) -> Response:
        """Cancels many orders or takes the same step with all of them.

        One result per order, in the order of `ids`; `status` is what the request for that order alone would have been
        answered with. What is done stays done whatever becomes of the others, and doing it again changes nothing.
        """
        customers = await api.queries.customers_of(body.ids)

        async def change(order_id: UUID) -> dict[str, JsonValue]:
            try:
                if order_id not in customers:
                    raise order_not_found()
                command = body.command(order_id)
                submitted = await submission(
                    request,
                    command,
                    _done,
                    problem_of,
                    actor=actor_of(request),
                    now=api.clock(),
                    order_id=order_id,
                    customer_id=customers[order_id],
                )
                return _result(order_id, answer_to(await api.commands.submit(submitted)))
            except Problem as problem:
                return _refused(order_id, problem)
            except faults.Unavailable:
                return _refused(order_id, Unavailable("The database does not answer. Nothing was changed."))
            except faults.CommitUnknown:
                return _refused(order_id, Unavailable("It is not known whether it was done. Ask again."))

        results = await asyncio.gather(*(change(order_id) for order_id in body.ids))
        return json_response({"results": results})

    return router


def _done(decided: Decided) -> StoredAnswer:
    """As DELETE answers 202 to the first cancel; a step is 200 always."""
    cancelled = any(event.type == "order.cancelled" for event in decided.events)
    return StoredAnswer(HTTPStatus.ACCEPTED if cancelled else HTTPStatus.OK, {"type": None, "detail": None})


def _result(order_id: UUID, answer: StoredAnswer) -> dict[str, JsonValue]:
    return {
        "id": str(order_id),
        "outcome": "refused" if answer.status >= HTTPStatus.BAD_REQUEST else "ok",
        "status": answer.status,
        "type": answer.body["type"],
        "detail": answer.body["detail"],
    }


def _refused(order_id: UUID, problem: Problem) -> dict[str, JsonValue]:
    return _result(
        order_id, StoredAnswer(problem.status, {"type": problem.type_uri(), "detail": problem.detail})
    )
