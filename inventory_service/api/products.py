"""Products: the catalogue as merchandisers keep it, and the stock that people count."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import constr

from inventory_service.api.importing import (
    ImportPreview,
    ImportQuery,
    ImportResult,
    command_of,
    plan,
    preview_of,
    result_of,
)
from inventory_service.api.product_files import CSV_BODY, CsvExpected, read_product_file
from inventory_service.api.product_views import ProductViews
from inventory_service.api.refusals import ProductAlreadyExists, StockIsReserved, no_such_product
from inventory_service.api.requests import (
    Adjustment,
    NewProduct,
    ProductChange,
    ProductQuery,
    SkuInPath,
)
from inventory_service.api.resources import (
    MovementResource,
    ProductResource,
    movement_resource,
    product_resource,
)
from inventory_service.api.submitting import Submitter
from inventory_service.domain.movements import movements_of
from inventory_service.queries import InventoryQueries, ProductFound
from inventory_service.tables import PRODUCTS, STOCK
from shared.eventsourcing.rows import Rows
from shared.http.access import allowed, public
from shared.http.etags import IfMatchHeader, etag
from shared.http.idempotency import IdempotencyKeyHeader, StoredAnswer
from shared.http.inputs import SKU_PATTERN
from shared.http.json_bodies import JsonRoute
from shared.http.openapi import documented
from shared.http.pagination import BY_NUMBER, KeysetCursor, Page, PageQuery, page_of
from shared.http.problems import (
    IdempotencyKeyReused,
    InvalidInput,
    MalformedRequest,
    NotFound,
    PreconditionFailed,
)
from shared.identity.callers import OPS, STAFF
from shared.runtime.answering import seen
from shared.runtime.commands import Commands
from shared.runtime.submissions import Decided

_BY_SKU = KeysetCursor(constr(pattern=SKU_PATTERN))


def product_router(
    commands: Commands, queries: InventoryQueries, views: ProductViews, clock: Callable[[], datetime]
) -> APIRouter:
    router = APIRouter(prefix="/products", tags=["products"], route_class=JsonRoute)
    submitter = Submitter(commands, clock)

    @router.get("")
    @public
    async def list_products(wanted: Annotated[ProductQuery, Query()]) -> Page[ProductResource]:
        """In the order of their SKUs."""
        after = _BY_SKU.decode(wanted.cursor)
        found = await queries.products(wanted.filter(), after, wanted.limit + 1)
        return page_of(found, wanted.limit, lambda one: _BY_SKU.encode(one.sku), product_resource)

    @router.get("/{sku}", response_model=ProductResource, responses=documented(NotFound))
    @public
    async def get_product(sku: SkuInPath) -> Response:
        """As of at most two seconds ago; never older than what this client was answered to a change of its own."""
        shown = await views.product(sku)
        if shown is None:
            raise no_such_product(sku)
        return Response(shown.body, media_type="application/json", headers={"ETag": shown.etag})

    @router.post(
        "",
        status_code=201,
        response_model=ProductResource,
        responses=documented(ProductAlreadyExists, InvalidInput, IdempotencyKeyReused),
    )
    @allowed(STAFF)
    async def create_product(
        body: NewProduct, request: Request, idempotency: IdempotencyKeyHeader = None
    ) -> Response:
        def created(decided: Decided) -> StoredAnswer:
            return _product_answer(201, body.sku, decided.rows, {"Location": f"/products/{body.sku}"})

        return await submitter.submit(request, body.command, created, key=idempotency)

    @router.post(
        "/import",
        response_model=ImportPreview | ImportResult,
        responses=documented(InvalidInput, IdempotencyKeyReused, MalformedRequest, CsvExpected),
        openapi_extra=CSV_BODY,
    )
    @allowed(STAFF)
    async def import_products(
        wanted: Annotated[ImportQuery, Query()], request: Request, idempotency: IdempotencyKeyHeader = None
    ) -> Response:
        """Creates and changes products, all of the file or nothing.

        The first row names the columns: `sku` and any of `name`, `description`, `category`, `image`, `prices` (as in
        `USD:1999;EUR:1899`, minor units) and `low_stock_threshold`. A product that exists keeps what has no column or
        an empty cell; a new one has to have a name and prices. At most 1,000 products, each once. With `preview`
        nothing is written.
        """
        rows = await read_product_file(request)
        known = await queries.existing([row.sku for row in rows])
        if wanted.preview:
            preview = preview_of(plan(rows, known, clock()), known)
            return Response(preview.model_dump_json(), media_type="application/json")
        return await submitter.submit(
            request,
            lambda now: command_of(plan(rows, known, now)),
            lambda decided: result_of(rows, decided),
            key=idempotency,
        )

    @router.patch(
        "/{sku}", response_model=ProductResource, responses=documented(NotFound, PreconditionFailed)
    )
    @allowed(STAFF)
    async def change_product(
        sku: SkuInPath, body: ProductChange, request: Request, if_match: IfMatchHeader = None
    ) -> Response:
        def changed(decided: Decided) -> StoredAnswer:
            return _product_answer(200, sku, decided.rows, {})

        expects = seen(PRODUCTS, sku, if_match)
        return await submitter.submit(request, lambda now: body.command(sku), changed, expects=expects)

    @router.post(
        "/{sku}/adjustments",
        status_code=201,
        response_model=MovementResource,
        responses=documented(NotFound, StockIsReserved, InvalidInput, IdempotencyKeyReused),
    )
    @allowed(STAFF)
    async def adjust_stock(
        sku: SkuInPath, body: Adjustment, request: Request, idempotency: IdempotencyKeyHeader = None
    ) -> Response:
        def adjusted(decided: Decided) -> StoredAnswer:
            event = decided.events[0]
            [movement] = movements_of(sku, event.event)
            return StoredAnswer(201, movement_resource(movement, event.time).model_dump(mode="json"))

        return await submitter.submit(request, lambda now: body.command(sku), adjusted, key=idempotency)

    @router.get("/{sku}/movements", responses=documented(NotFound))
    @allowed(STAFF, OPS)
    async def list_movements(sku: SkuInPath, wanted: Annotated[PageQuery, Query()]) -> Page[MovementResource]:
        """The newest first."""
        found = await queries.movements(sku, BY_NUMBER.decode(wanted.cursor), wanted.limit + 1)
        if not found and await queries.product(sku) is None:
            raise no_such_product(sku)
        return page_of(
            found,
            wanted.limit,
            lambda one: BY_NUMBER.encode(one.number),
            lambda one: movement_resource(one.movement, one.at),
        )

    return router


def _product_answer(status: int, sku: str, rows: Rows, headers: Mapping[str, str]) -> StoredAnswer:
    """The product as it stands after the decision."""
    row, stock = rows.row(PRODUCTS, sku), rows.row(STOCK, sku)
    if row.state.entry is None or row.created_at is None or row.updated_at is None:
        raise ValueError(f"product {sku} was not created")
    found = ProductFound(
        sku, row.version, row.state.entry, stock.state, stock.version, row.created_at, row.updated_at
    )
    body = product_resource(found).model_dump(mode="json")
    return StoredAnswer(status, body, {"ETag": etag(row.version), **headers})
