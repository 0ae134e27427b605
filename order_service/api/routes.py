"""The order service's paths."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response

from order_service.api.csv_export import CsvResponse, csv_of
from order_service.api.refusals import (
    NoLongerCancellable,
    NoStepThere,
    NotOrderable,
    OrderTooLarge,
    PriceHasChanged,
    order_not_found,
)
from order_service.api.requests import MomentQuery, OrderFilterQuery, OrderInput, OrderQuery, StepInput
from order_service.api.resources import OrderResource, order_document
from order_service.api.submitting import Submitter, Wish
from order_service.domain.commands import (
    CancelOrder,
    DeliverOrder,
    PlaceOrder,
    ShipOrder,
    StartProcessing,
    WantedLine,
)
from order_service.domain.lifecycle import CancelReason
from order_service.domain.order import Order
from order_service.numbers import OrderNumbers
from order_service.past import PastOrders
from order_service.personal_data import PersonalData
from order_service.queries import OrderQueries
from order_service.tables import ORDERS
from shared.eventsourcing.ids import new_id
from shared.eventsourcing.rows import Row
from shared.http.actor import actor_of
from shared.http.etags import IfMatchHeader, etag
from shared.http.idempotency import IdempotencyKeyHeader
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import Page, PageQuery, page_of
from shared.http.problems import IdempotencyKeyReused, InvalidInput, NotFound, PreconditionFailed
from shared.runtime.commands import Commands
from shared.runtime.history import History, HistoryItem

RequestedReason = Literal["customer_request", "staff_request"]


@dataclass(frozen=True, slots=True)
class OrderApi:
    """What the routes are made of. An order may stay PENDING for `expiry`."""

    commands: Commands
    queries: OrderQueries
    past: PastOrders
    history: History
    personal: PersonalData
    numbers: OrderNumbers
    clock: Callable[[], datetime]
    expiry: timedelta


def order_router(api: OrderApi) -> APIRouter:
    router = APIRouter(prefix="/orders", tags=["orders"], route_class=JsonRoute)
    submitter = Submitter(api.commands, api.personal)

    @router.post(
        "",
        status_code=201,
        response_model=OrderResource,
        responses=documented(
            PriceHasChanged, InvalidInput, NotOrderable, OrderTooLarge, IdempotencyKeyReused
        ),
    )
    async def place_order(body: OrderInput, request: Request, key: IdempotencyKeyHeader = None) -> Response:
        """Places an order at the current prices; it is PENDING until stock and payment are settled."""
        order_id = new_id()
        actor = actor_of(body.customer_id)
        number = await api.numbers.take()
        address = None if body.shipping_address is None else body.shipping_address.model_dump()

        async def prepare() -> Wish:
            now = api.clock()
            sealed = await api.personal.seal(body.customer_id, address, body.notes)
            command = PlaceOrder(
                order_id=order_id,
                number=number,
                customer_id=body.customer_id,
                lines=tuple(
                    WantedLine(item.sku, item.quantity, item.expected_unit_price) for item in body.items
                ),
                currency=body.currency,
                payment_method=body.payment_method,
                expires_at=now + api.expiry,
                shipping_address=sealed.shipping_address,
                notes=sealed.notes,
            )
            return Wish(command, actor, body.customer_id, now, status=lambda _: 201, key=key)

        return await submitter.submit(request, prepare)

    @router.get("", response_model=Page[OrderResource])
    async def list_orders(wanted: Annotated[OrderQuery, Query()]) -> Response:
        """Orders, the newest first unless `sort` says otherwise."""
        wanted_orders = wanted.filter(api.personal.email_mark, api.clock())
        found = await api.queries.page(wanted_orders, wanted.sort, wanted.place(), wanted.limit + 1)
        page = page_of(
            found,
            wanted.limit,
            lambda order: wanted.cursor_at(order.place),
            lambda order: order_document(order.order_id, order.row),
        )
        items = await api.personal.open(page.items)
        return _json({"items": items, "next_cursor": page.next_cursor})

    @router.get(".csv", response_class=CsvResponse)
    async def export_orders(wanted: Annotated[OrderFilterQuery, Query()]) -> Response:
        """The same orders as a table for spreadsheets, all of them, without personal data.

        Money is in minor units of the column `currency`. A cell that a spreadsheet would take for a formula begins
        with an apostrophe.
        """
        wanted_orders = wanted.filter(api.personal.email_mark, api.clock())
        return await csv_of(partial(api.queries.page, wanted_orders, wanted.sort))

    @router.get("/{order_id}", response_model=OrderResource, responses=documented(NotFound))
    async def show_order(order_id: UUID, moment: Annotated[MomentQuery, Query()]) -> Response:
        """The order as it is, or as it was: not found before it was placed, or at a version that it never had."""
        row = await _row_at(order_id, moment)
        if row is None:
            raise order_not_found()
        [document] = await api.personal.open([order_document(order_id, row)])
        return _json(document, {"ETag": etag(row.version)})

    @router.get("/{order_id}/events", responses=documented(NotFound))
    async def show_history(order_id: UUID, wanted: Annotated[PageQuery, Query()]) -> Page[HistoryItem]:
        """What happened to the order, the oldest first."""
        page = await api.history.page(ORDERS.stream(str(order_id)), wanted)
        if not page.items:
            await _customer_of(order_id)
        opened = await api.personal.open([item.data for item in page.items])
        for item, data in zip(page.items, opened, strict=True):
            item.data = data
        return page

    @router.delete(
        "/{order_id}",
        status_code=202,
        response_model=OrderResource,
        responses={
            200: {"model": OrderResource, "description": "It was cancelled before."},
            **documented(NotFound, NoLongerCancellable, PreconditionFailed),
        },
    )
    async def cancel_order(
        order_id: UUID,
        request: Request,
        reason: RequestedReason = "customer_request",
        if_match: IfMatchHeader = None,
    ) -> Response:
        """Cancels an order that has not shipped. What was reserved and paid for it goes back."""
        customer_id = await _customer_of(order_id)

        async def prepare() -> Wish:
            return Wish(
                CancelOrder(order_id, CancelReason(reason)),
                actor_of(None),
                customer_id,
                api.clock(),
                status=lambda decided: 202 if decided.events else 200,
                if_match=if_match,
            )

        return await submitter.submit(request, prepare)

    @router.post(
        "/{order_id}/status",
        response_model=OrderResource,
        responses=documented(NotFound, NoStepThere, PreconditionFailed),
    )
    async def take_step(
        order_id: UUID, body: StepInput, request: Request, if_match: IfMatchHeader = None
    ) -> Response:
        """The next step of a confirmed order: PROCESSING, SHIPPED, DELIVERED. Taking it again changes nothing."""
        customer_id = await _customer_of(order_id)

        async def prepare() -> Wish:
            return Wish(
                _step(order_id, body),
                actor_of(None),
                customer_id,
                api.clock(),
                status=lambda _: 200,
                if_match=if_match,
            )

        return await submitter.submit(request, prepare)

    async def _row_at(order_id: UUID, moment: MomentQuery) -> Row[Order] | None:
        if moment.version is not None:
            return await api.past.at_version(order_id, moment.version)
        if moment.as_of is not None:
            return await api.past.as_of(order_id, moment.as_of)
        found = await api.queries.order(order_id)
        return found.row if found else None

    async def _customer_of(order_id: UUID) -> str:
        customers = await api.queries.customers_of([order_id])
        if order_id not in customers:
            raise order_not_found()
        return customers[order_id]

    return router


def _step(order_id: UUID, body: StepInput) -> StartProcessing | ShipOrder | DeliverOrder:
    match body.status:
        case "PROCESSING":
            return StartProcessing(order_id)
        case "SHIPPED":
            return ShipOrder(order_id, body.tracking_number)
        case "DELIVERED":
            return DeliverOrder(order_id)


def _json(document: object, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), headers=headers, media_type="application/json")
