"""The payment service's paths."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from payment_service.api.refusals import (
    MoreThanIsLeft,
    NothingToReturn,
    NotRetryable,
    RetriedBefore,
    payment_not_found,
)
from payment_service.api.requests import PaymentQuery, RefundRequest
from payment_service.api.resources import (
    PaymentResource,
    RefundResource,
    payment_resource,
    refund_resource,
)
from payment_service.api.submitting import RefundDesk
from payment_service.domain.commands import RequestRefund, RetryRefund
from payment_service.queries import PaymentFound, PaymentQueries
from payment_service.tables import PAYMENTS
from shared.eventsourcing.ids import new_id
from shared.http.access import allowed, caller_of, is_hidden_from
from shared.http.actor import sees_origins
from shared.http.etags import etag
from shared.http.idempotency import IdempotencyKeyHeader
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import BY_NUMBER, KeysetCursor, Page, PageQuery, page_of
from shared.http.problems import IdempotencyKeyReused, InvalidInput, NotFound
from shared.identity.callers import CUSTOMER, OPS, SERVICE, STAFF
from shared.runtime.history import History, HistoryItem

_BY_ORDER = KeysetCursor(UUID)


def payment_router(queries: PaymentQueries, history: History, desk: RefundDesk) -> APIRouter:
    router = APIRouter(prefix="/payments", tags=["payments"], route_class=JsonRoute)

    @router.get("")
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def list_payments(
        wanted: Annotated[PaymentQuery, Query()], request: Request
    ) -> Page[PaymentResource]:
        """Those of the newest orders first. Customers see their own."""
        before = _BY_ORDER.decode(wanted.cursor)
        found = await queries.newest(wanted.filter(caller_of(request)), before, wanted.limit + 1)
        return page_of(
            found, wanted.limit, lambda one: _BY_ORDER.encode(one.terms.order_id), payment_resource
        )

    @router.get("/{payment_id}", responses=documented(NotFound))
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def show_payment(payment_id: UUID, request: Request, response: Response) -> PaymentResource:
        found = await _existing(payment_id, request)
        response.headers["ETag"] = etag(found.version)
        return payment_resource(found)

    @router.get("/{payment_id}/events", responses=documented(NotFound), response_model_exclude_unset=True)
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def show_history(
        payment_id: UUID, wanted: Annotated[PageQuery, Query()], request: Request
    ) -> Page[HistoryItem]:
        """What happened to the payment, the oldest first."""
        order_id = (await _existing(payment_id, request)).terms.order_id
        return await history.page(PAYMENTS.stream(str(order_id)), wanted, origins=sees_origins(request))

    @router.get("/{payment_id}/refunds", responses=documented(NotFound))
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def list_refunds(
        payment_id: UUID, wanted: Annotated[PageQuery, Query()], request: Request
    ) -> Page[RefundResource]:
        """The oldest first."""
        found = await _existing(payment_id, request)
        seen = BY_NUMBER.decode(wanted.cursor) or 0
        numbered = list(enumerate(found.payment.refunds, start=1))
        return page_of(
            numbered[seen : seen + wanted.limit + 1],
            wanted.limit,
            lambda one: BY_NUMBER.encode(one[0]),
            lambda one: refund_resource(found.terms, one[1]),
        )

    @router.post(
        "/{payment_id}/refunds",
        status_code=201,
        response_model=RefundResource,
        responses=documented(NotFound, NothingToReturn, InvalidInput, MoreThanIsLeft, IdempotencyKeyReused),
    )
    @allowed(STAFF)
    async def request_refund(
        payment_id: UUID, body: RefundRequest, request: Request, key: IdempotencyKeyHeader = None
    ) -> Response:
        """Returns money to the customer. The provider is asked after this is answered."""
        terms = (await _existing(payment_id, request)).terms
        refund_id = new_id()
        command = RequestRefund(terms.order_id, refund_id, body.amount, body.reason)
        return await desk.submit(command, refund_id, terms, request, key)

    @router.post(
        "/{payment_id}/refunds/{refund_id}/retry",
        status_code=201,
        response_model=RefundResource,
        responses=documented(NotFound, NotRetryable, RetriedBefore, MoreThanIsLeft, IdempotencyKeyReused),
    )
    @allowed(STAFF)
    async def retry_refund(
        payment_id: UUID, refund_id: UUID, request: Request, key: IdempotencyKeyHeader = None
    ) -> Response:
        """Tries a failed refund once more; the answer is the new refund that does."""
        terms = (await _existing(payment_id, request)).terms
        new_refund_id = new_id()
        command = RetryRefund(terms.order_id, refund_id, new_refund_id)
        return await desk.submit(command, new_refund_id, terms, request, key)

    async def _existing(payment_id: UUID, request: Request) -> PaymentFound:
        """Raises NotFound, also when the payment is hidden from whoever asks."""
        found = await queries.payment(payment_id)
        if found is None:
            raise payment_not_found()
        if is_hidden_from(caller_of(request), found.terms.customer_id):
            raise payment_not_found().hiding()
        return found

    return router
