"""A small service behind the real edge, driven without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import Field

from shared.database import faults
from shared.http.access import public
from shared.http.application import create_application
from shared.http.etags import IfMatchHeader, etag, parse_if_match
from shared.http.health import HealthCheck
from shared.http.idempotency import (
    IdempotencyKey,
    IdempotencyKeyHeader,
    StoredAnswer,
    answer_of_refusal,
    idempotency_key,
    replayed,
    response_of,
)
from shared.http.inputs import QueryParameters, RequestBody
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import KeysetCursor, Page, PageQuery, page_of
from shared.http.problems import Conflict, FieldError, NotFound, PreconditionFailed, Unavailable

CURSOR = KeysetCursor[int](int)


class Line(RequestBody):
    sku: str = Field(max_length=64)
    quantity: int = Field(ge=1, le=10_000)


class Basket(RequestBody):
    lines: list[Line] = Field(min_length=1, max_length=100)
    gift: bool = False
    notes: str | None = None


class Priced(RequestBody):
    total: int


class Filters(QueryParameters):
    status: list[str] = Field(default_factory=list)
    stuck: bool = False


class BasketFull(Conflict):
    slug = "test-basket-full"
    title = "The basket is full"


def shop() -> APIRouter:
    router = APIRouter(prefix="/baskets", route_class=JsonRoute)

    @router.post("", status_code=201, responses=documented(BasketFull, Conflict))
    @public
    async def place(basket: Basket) -> Priced:
        return Priced(total=sum(line.quantity for line in basket.lines))

    @router.get("")
    @public
    async def find(filters: Annotated[Filters, Query()]) -> Filters:
        return filters

    @router.get("/numbers")
    @public
    async def numbers(wanted: Annotated[PageQuery, Query()]) -> Page[str]:
        start = CURSOR.decode(wanted.cursor) or 0
        found = range(start + 1, 1001)[: wanted.limit + 1]
        return page_of(found, wanted.limit, CURSOR.encode, str)

    @router.get("/{basket_id}", responses=documented(NotFound))
    @public
    async def show(basket_id: int) -> Response:
        if basket_id != 7:
            raise NotFound(f"There is no basket {basket_id}.")
        return Response(headers={"ETag": etag(3)})

    @router.patch("/{basket_id}")
    @public
    async def edit(basket_id: int, if_match: IfMatchHeader = None) -> dict[str, int]:
        if if_match is not None and not parse_if_match(if_match).admits(3):
            raise PreconditionFailed(3)
        return {"version": 4}

    @router.post("/{basket_id}/close")
    @public
    async def close(basket_id: int) -> None:
        raise BasketFull(
            "Take something out.", errors=[FieldError("lines", "are too many")], headers={"X-Lines": "100"}
        )

    return router


def keyed() -> APIRouter:
    router = APIRouter(prefix="/keyed", route_class=JsonRoute)

    @router.post("/key")
    @public
    async def key(request: Request, header: IdempotencyKeyHeader = None) -> IdempotencyKey | None:
        return await idempotency_key(request, header, subject="customer-1")

    @router.post("/first")
    @public
    async def first() -> Response:
        return response_of(StoredAnswer(201, {"id": "a"}, {"Location": "/a"}))

    @router.post("/again")
    @public
    async def again() -> Response:
        return response_of(replayed(StoredAnswer(201, {"id": "a"}, {"Location": "/a"})))

    @router.post("/refused")
    @public
    async def refused(request: Request) -> Response:
        return response_of(replayed(answer_of_refusal(BasketFull("Full."), request)))

    return router


def failing() -> APIRouter:
    router = APIRouter(prefix="/failing", route_class=JsonRoute)

    @router.get("/bug")
    @public
    async def bug() -> None:
        raise RuntimeError("password=hunter2")

    @router.get("/busy")
    @public
    async def busy() -> None:
        raise Unavailable("Come back later.")

    @router.get("/database")
    @public
    async def database() -> None:
        raise faults.Unavailable("connection to 10.0.0.5 refused")

    @router.post("/commit")
    @public
    async def commit() -> None:
        raise faults.CommitUnknown("connection lost")

    @router.post("/deaf")
    @public
    async def deaf() -> dict[str, bool]:
        return {"read": False}

    return router


async def fine() -> None: ...


@pytest.fixture
def application() -> FastAPI:
    return create_application(
        title="Shop",
        version="1.2.3",
        routers=[shop(), keyed(), failing()],
        health_checks=[HealthCheck("database", fine, required=True)],
    )


@pytest.fixture
async def client(application: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client
