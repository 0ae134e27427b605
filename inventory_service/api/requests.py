"""What clients may send: docs/specification.md, "REST". Bounds that it does not name are set here, with the reason."""

from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import Path
from pydantic import MISSING, AfterValidator, Field

from inventory_service.domain.product import (
    AdjustStock,
    CatalogueEntry,
    ChangeProduct,
    CreateProduct,
    ProductStatus,
)
from inventory_service.domain.reservation import ReservationStatus
from inventory_service.queries import ProductFilter
from shared.contracts.envelope import Currency
from shared.http.inputs import SKU_PATTERN, RequestBody, Sku
from shared.http.pagination import PageQuery

T = TypeVar("T")

# An order's total may be 10^12 at most: nothing dearer could ever be ordered.
_DEAREST = 10**12
# Nine billion adjustments of this size fit into the database's integers, and nine million into a browser's.
_UNITS_AT_ONCE = 10**9

_SOMETHING = r"\S"

SkuInPath = Annotated[str, Path(pattern=SKU_PATTERN)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_SOMETHING)]
Description = Annotated[str, Field(max_length=5000)]
Category = Annotated[str, Field(max_length=100)]
Image = Annotated[str, Field(max_length=2000, description="URL or path of a picture.")]
Prices = Annotated[
    dict[Currency, Annotated[int, Field(ge=0, le=_DEAREST)]],
    Field(min_length=1, max_length=50, description="Minor units by ISO 4217 code."),
]
Threshold = Annotated[
    int,
    Field(
        ge=0, le=_UNITS_AT_ONCE, description="Warn when fewer units than this are available; 0 never warns."
    ),
]


def _moves_something(delta: int) -> int:
    if delta == 0:
        raise ValueError("must not be 0")
    return delta


class NewProduct(RequestBody):
    """Stock starts at 0."""

    sku: Sku
    name: Name
    description: Description = ""
    category: Category = ""
    image: Image = ""
    prices: Prices
    low_stock_threshold: Threshold = 0

    def command(self, now: datetime) -> CreateProduct:
        entry = CatalogueEntry(
            self.name,
            now,
            self.description,
            self.category,
            self.image,
            dict(self.prices),
            self.low_stock_threshold,
        )
        return CreateProduct(self.sku, entry)


class ProductChange(RequestBody):
    """What is left out stays as it is; `prices` replaces all prices. OUT_OF_STOCK follows from the stock."""

    name: Name | MISSING = MISSING
    description: Description | MISSING = MISSING
    category: Category | MISSING = MISSING
    image: Image | MISSING = MISSING
    prices: Prices | MISSING = MISSING
    low_stock_threshold: Threshold | MISSING = MISSING
    status: Literal["AVAILABLE", "DISCONTINUED"] | MISSING = MISSING

    def command(self, sku: str) -> ChangeProduct:
        return ChangeProduct(
            sku,
            name=_given(self.name),
            description=_given(self.description),
            category=_given(self.category),
            image=_given(self.image),
            prices=_given(self.prices),
            low_stock_threshold=_given(self.low_stock_threshold),
            discontinued=None if self.status is MISSING else self.status == "DISCONTINUED",
        )


class Adjustment(RequestBody):
    """`delta` units were received (above 0) or are gone (below 0)."""

    delta: Annotated[int, Field(ge=-_UNITS_AT_ONCE, le=_UNITS_AT_ONCE), AfterValidator(_moves_something)]
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=_SOMETHING)]

    def command(self, sku: str) -> AdjustStock:
        return AdjustStock(sku, self.delta, self.reason)


class ProductQuery(PageQuery):
    q: Annotated[str | None, Field(max_length=100, description="In SKU, name, category or description.")] = (
        None
    )
    sku: Annotated[list[Sku], Field(max_length=200, default_factory=list[str])]
    category: str | None = None
    status: ProductStatus | None = None
    low_stock: bool | None = None

    def filter(self) -> ProductFilter:
        return ProductFilter(self.q, self.sku, self.category, self.status, self.low_stock)


class ReservationQuery(PageQuery):
    order_id: UUID | None = None
    status: ReservationStatus | None = None


def _given(value: T | MISSING) -> T | None:
    return None if value is MISSING else value
