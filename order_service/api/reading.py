"""Orders listed, exported and shown, as they are and as they were."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from order_service.api.csv_export import CsvResponse, csv_of
from order_service.api.parts import OrderApi, json_response, new_router
from order_service.api.refusals import order_not_found
from order_service.api.requests import MomentQuery, OrderFilterQuery, OrderQuery
from order_service.api.resources import OrderResource, order_document
from order_service.domain.order import Order
from order_service.tables import ORDERS
from shared.eventsourcing.metadata import Actor
from shared.eventsourcing.rows import Row
from shared.http.access import allowed, caller_of, is_hidden_from
from shared.http.actor import sees_origins
from shared.http.etags import etag
from shared.http.openapi import documented
from shared.http.pagination import Page, PageQuery, page_of
from shared.http.problems import NotFound
from shared.identity.callers import CUSTOMER, OPS, SERVICE, STAFF
from shared.runtime.history import ActorResource, HistoryItem

# What staff write for each other.
INTERNAL = frozenset({"order.note_added"})


def reading_router(api: OrderApi) -> APIRouter:
    router = new_router()

    @router.get("", response_model=Page[OrderResource])
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def list_orders(wanted: Annotated[OrderQuery, Query()], request: Request) -> Response:
        """Orders, the newest first unless `sort` says otherwise. Customers see their own."""
        wanted_orders = wanted.filter(caller_of(request), api.personal.email_mark, api.clock())
        found = await api.queries.page(wanted_orders, wanted.sort, wanted.place(), wanted.limit + 1)
        page = page_of(
            found,
            wanted.limit,
            lambda order: wanted.cursor_at(order.place),
            lambda order: order_document(order.order_id, order.row),
        )
        items = await api.personal.open(page.items)
        return json_response({"items": items, "next_cursor": page.next_cursor})

    @router.get(".csv", response_class=CsvResponse)
    @allowed(STAFF, OPS)
    async def export_orders(wanted: Annotated[OrderFilterQuery, Query()], request: Request) -> Response:
        """The same orders as a table for spreadsheets, all of them, without personal data.

        Money is in minor units of the column `currency`. A cell that a spreadsheet would take for a formula begins
        with an apostrophe.
        """
        wanted_orders = wanted.filter(caller_of(request), api.personal.email_mark, api.clock())
        return await csv_of(partial(api.queries.page, wanted_orders, wanted.sort))

    @router.get("/{order_id}", response_model=OrderResource, responses=documented(NotFound))
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def show_order(
        order_id: UUID, moment: Annotated[MomentQuery, Query()], request: Request
    ) -> Response:
        """The order as it is, or as it was: not found before it was placed, or at a version that it never had."""
        row = await _row_at(order_id, moment)
        if row is None:
            raise order_not_found()
        if is_hidden_from(caller_of(request), row.state.customer_id):
            raise order_not_found().hiding()
        [document] = await api.personal.open([order_document(order_id, row)])
        return json_response(document, {"ETag": etag(row.version)})

    async def _row_at(order_id: UUID, moment: MomentQuery) -> Row[Order] | None:
        if moment.version is not None:
            return await api.past.at_version(order_id, moment.version)
        if moment.as_of is not None:
            return await api.past.as_of(order_id, moment.as_of)
        found = await api.queries.order(order_id)
        return found.row if found else None

    @router.get("/{order_id}/events", responses=documented(NotFound), response_model_exclude_unset=True)
    @allowed(CUSTOMER, STAFF, OPS, SERVICE)
    async def show_history(
        order_id: UUID, wanted: Annotated[PageQuery, Query()], request: Request
    ) -> Page[HistoryItem]:
        """What happened to the order, the oldest first. Internal notes are for staff and ops alone."""
        caller = caller_of(request)
        await api.customer_of(order_id, caller)
        page = await api.history.page(ORDERS.stream(str(order_id)), wanted, origins=sees_origins(request))
        if caller.role not in (STAFF, OPS):
            page.items = [item for item in page.items if item.type not in INTERNAL]
        opened = await api.personal.open([item.data for item in page.items])
        for item, data in zip(page.items, opened, strict=True):
            item.data = data
        await _open_origins([item.actor for item in page.items if item.actor.address is not None])
        return page

    async def _open_origins(shown: Sequence[ActorResource]) -> None:
        actors = await api.personal.open_actors([Actor(one.subject, one.role, one.address) for one in shown])
        for one, actor in zip(shown, actors, strict=True):
            one.address = actor.address

    return router
