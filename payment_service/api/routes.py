"""The payment service's paths."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import conint

from payment_service.api.refusals import (
    MoreThanIsLeft,
    NothingToReturn,
    NotRetryable,
    RetriedBefore,
    payment_not_found,
)
from payment_service.api.requests import PageQuery, PaymentQuery, RefundRequest
from payment_service.api.resources import (
    HistoryItem,
    PaymentResource,
    RefundResource,
    history_item,
    payment_resource,
    refund_resource,
)
from payment_service.api.submitting import RefundDesk
from payment_service.domain.commands import RequestRefund, RetryRefund
from payment_service.queries import PaymentFound, PaymentQueries
from shared.eventsourcing.ids import new_id
from shared.http.etags import etag
from shared.http.idempotency import IdempotencyKeyHeader
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import KeysetCursor, Page
from shared.http.problems import IdempotencyKeyReused, InvalidInput, NotFound, Unavailable

_BY_ORDER = KeysetCursor(UUID)
_BY_NUMBER = KeysetCursor(conint(ge=1, lt=2**63))


def payment_router(queries: PaymentQueries, desk: RefundDesk) -> APIRouter:
    router = APIRouter(prefix="/payments", tags=["payments"], route_class=JsonRoute)

    @router.get("", responses=documented(InvalidInput, Unavailable))
    async def list_payments(wanted: Annotated[PaymentQuery, Query()]) -> Page[PaymentResource]:
        """Those of the newest orders first."""
        before = _BY_ORDER.decode(wanted.cursor)
        found = await queries.newest(wanted.filter(), before, wanted.limit + 1)
        page = [payment_resource(one) for one in found[: wanted.limit]]
        more = len(found) > wanted.limit
        return Page(items=page, next_cursor=_BY_ORDER.encode(page[-1].order_id) if more else None)

    @router.get("/{payment_id}", responses=documented(NotFound, Unavailable))
    async def show_payment(payment_id: UUID, response: Response) -> PaymentResource:
        found = await _existing(payment_id)
        response.headers["ETag"] = etag(found.version)
        return payment_resource(found)

    @router.get("/{payment_id}/events", responses=documented(NotFound, Unavailable))
    async def show_history(payment_id: UUID, wanted: Annotated[PageQuery, Query()]) -> Page[HistoryItem]:
        """What happened to the payment, the oldest first."""
        order_id = (await _existing(payment_id)).terms.order_id
        after = _BY_NUMBER.decode(wanted.cursor) or 0
        found = await queries.history(order_id, after, wanted.limit + 1)
        page = [history_item(one) for one in found[: wanted.limit]]
        more = len(found) > wanted.limit
        return Page(items=page, next_cursor=_BY_NUMBER.encode(page[-1].version) if more else None)

    @router.get("/{payment_id}/refunds", responses=documented(NotFound, Unavailable))
    async def list_refunds(payment_id: UUID, wanted: Annotated[PageQuery, Query()]) -> Page[RefundResource]:
        """The oldest first."""
        found = await _existing(payment_id)
        seen = _BY_NUMBER.decode(wanted.cursor) or 0
        until = seen + wanted.limit
        refunds = found.payment.refunds
        return Page(
            items=[refund_resource(found.terms, refund) for refund in refunds[seen:until]],
            next_cursor=_BY_NUMBER.encode(until) if until < len(refunds) else None,
        )

    @router.post(
        "/{payment_id}/refunds",
        status_code=201,
        response_model=RefundResource,
        responses=documented(
            NotFound, NothingToReturn, InvalidInput, MoreThanIsLeft, IdempotencyKeyReused, Unavailable
        ),
    )
    async def request_refund(
        payment_id: UUID, body: RefundRequest, request: Request, key: IdempotencyKeyHeader = None
    ) -> Response:
        """Returns money to the customer. The provider is asked after this is answered."""
        terms = (await _existing(payment_id)).terms
        refund_id = new_id()
        command = RequestRefund(terms.order_id, refund_id, body.amount, body.reason)
        return await desk.submit(command, refund_id, terms, request, key)

    @router.post(
        "/{payment_id}/refunds/{refund_id}/retry",
        status_code=201,
        response_model=RefundResource,
        responses=documented(
            NotFound, NotRetryable, RetriedBefore, MoreThanIsLeft, IdempotencyKeyReused, Unavailable
        ),
    )
    async def retry_refund(
        payment_id: UUID, refund_id: UUID, request: Request, key: IdempotencyKeyHeader = None
    ) -> Response:
        """Tries a failed refund once more; the answer is the new refund that does."""
        terms = (await _existing(payment_id)).terms
        new_refund_id = new_id()
        command = RetryRefund(terms.order_id, refund_id, new_refund_id)
        return await desk.submit(command, new_refund_id, terms, request, key)

    async def _existing(payment_id: UUID) -> PaymentFound:
        found = await queries.payment(payment_id)
        if found is None:
            raise payment_not_found()
        return found

    return router
