"""Reservations: what orders hold, and how that came about. They are made by what is heard, never over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from inventory_service.api.requests import ReservationQuery
from inventory_service.api.resources import ReservationResource, reservation_resource
from inventory_service.queries import InventoryQueries, ReservationFound
from inventory_service.tables import RESERVATIONS
from shared.http.access import allowed
from shared.http.actor import sees_origins
from shared.http.etags import etag
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import KeysetCursor, Page, PageQuery, page_of
from shared.http.problems import NotFound
from shared.identity.callers import OPS, SERVICE, STAFF
from shared.runtime.history import History, HistoryItem

_BY_ORDER = KeysetCursor(UUID)


def reservation_router(queries: InventoryQueries, history: History) -> APIRouter:
    router = APIRouter(prefix="/reservations", tags=["reservations"], route_class=JsonRoute)

    @router.get("")
    @allowed(STAFF, OPS, SERVICE)
    async def list_reservations(
        wanted: Annotated[ReservationQuery, Query()],
    ) -> Page[ReservationResource]:
        """Those of the newest orders first."""
        before = _BY_ORDER.decode(wanted.cursor)
        found = await queries.reservations(wanted.order_id, wanted.status, before, wanted.limit + 1)
        return page_of(found, wanted.limit, lambda one: _BY_ORDER.encode(one.order_id), reservation_resource)

    @router.get("/{order_id}", responses=documented(NotFound))
    @allowed(STAFF, OPS, SERVICE)
    async def get_reservation(order_id: UUID, response: Response) -> ReservationResource:
        found = await _existing(order_id)
        response.headers["ETag"] = etag(found.version)
        return reservation_resource(found)

    @router.get("/{order_id}/events", responses=documented(NotFound), response_model_exclude_unset=True)
    @allowed(STAFF, OPS, SERVICE)
    async def list_events(
        order_id: UUID, wanted: Annotated[PageQuery, Query()], request: Request
    ) -> Page[HistoryItem]:
        """The oldest first."""
        await _existing(order_id)
        return await history.page(RESERVATIONS.stream(str(order_id)), wanted, origins=sees_origins(request))

    async def _existing(order_id: UUID) -> ReservationFound:
        found = await queries.reservation(order_id)
        if found is None:
            raise NotFound(f"There is no reservation for the order {order_id}.")
        return found

    return router
