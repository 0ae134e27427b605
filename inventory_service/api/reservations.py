"""Reservations: what orders hold, and how that came about. They are made by what is heard, never over HTTP."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import conint

from inventory_service.api.requests import PageQuery, ReservationQuery
from inventory_service.api.resources import (
    HistoryItem,
    ReservationResource,
    history_item,
    reservation_resource,
)
from inventory_service.publishing import publish
from inventory_service.queries import Queries
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.recorded import Recorded
from shared.http.etags import etag
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import KeysetCursor, Page
from shared.http.problems import NotFound

_BY_ORDER = KeysetCursor(UUID)
_BY_VERSION = KeysetCursor(conint(ge=1, lt=2**63))


def reservation_router(queries: Queries, codec: Codec) -> APIRouter:
    router = APIRouter(prefix="/reservations", tags=["reservations"], route_class=JsonRoute)

    @router.get("")
    async def list_reservations(
        wanted: Annotated[ReservationQuery, Query()],
    ) -> Page[ReservationResource]:
        """Those of the newest orders first."""
        before = _BY_ORDER.decode(wanted.cursor)
        found = await queries.reservations(wanted.order_id, wanted.status, before, wanted.limit + 1)
        page = found[: wanted.limit]
        return Page(
            items=[reservation_resource(one) for one in page],
            next_cursor=_BY_ORDER.encode(page[-1].order_id) if len(found) > wanted.limit else None,
        )

    @router.get("/{order_id}", responses=documented(NotFound))
    async def get_reservation(order_id: UUID, response: Response) -> ReservationResource:
        found = await queries.reservation(order_id)
        if found is None:
            raise _no_such_reservation(order_id)
        response.headers["ETag"] = etag(found.version)
        return reservation_resource(found)

    @router.get("/{order_id}/events", responses=documented(NotFound))
    async def list_events(order_id: UUID, wanted: Annotated[PageQuery, Query()]) -> Page[HistoryItem]:
        """The oldest first."""
        if await queries.reservation(order_id) is None:
            raise _no_such_reservation(order_id)
        after = _BY_VERSION.decode(wanted.cursor) or 0
        found = await queries.history(order_id, after, wanted.limit + 1)
        relayed = await queries.relayed_up_to()
        page = found[: wanted.limit]
        return Page(
            items=[_item(recorded, codec, relayed) for recorded in page],
            next_cursor=_BY_VERSION.encode(page[-1].version) if len(found) > wanted.limit else None,
        )

    return router


def _item(recorded: Recorded, codec: Codec, relayed: int) -> HistoryItem:
    data = orjson.loads(codec.encode(recorded.type, recorded.event))
    published = recorded.position <= relayed and publish(recorded) is not None
    return history_item(recorded, data, published=published)


def _no_such_reservation(order_id: UUID) -> NotFound:
    return NotFound(f"There is no reservation for the order {order_id}.")
