"""`GET /totals`: what has been counted, by key."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, constr

from shared.http.access import allowed
from shared.http.json_bodies import JsonRoute
from shared.http.pagination import KeysetCursor, Page, PageQuery, page_of
from shared.identity.callers import OPS, STAFF
from template_service.queries import TotalFound, TotalQueries

_BY_KEY = KeysetCursor(constr(pattern=r"^[^\x00-\x1f]{1,128}$"))


class TotalResource(BaseModel):
    key: str
    amount: int
    orders: int


def total_router(queries: TotalQueries) -> APIRouter:
    router = APIRouter(prefix="/totals", tags=["totals"], route_class=JsonRoute)

    @router.get("")
    @allowed(STAFF, OPS)
    async def list_totals(wanted: Annotated[PageQuery, Query()]) -> Page[TotalResource]:
        after = _BY_KEY.decode(wanted.cursor) or ""
        found = await queries.totals(after, wanted.limit + 1)
        return page_of(found, wanted.limit, lambda one: _BY_KEY.encode(one.key), _resource)

    return router


def _resource(found: TotalFound) -> TotalResource:
    return TotalResource(key=found.key, amount=found.total.amount, orders=found.total.orders)
