"""What a file of products would do to the catalogue, and what it did."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from inventory_service.api.product_files import FileRow
from inventory_service.api.requests import NewProduct, ProductChange
from inventory_service.domain import importing
from inventory_service.domain.importing import ImportedProduct, ImportProducts
from inventory_service.domain.product import Product, ProductChanged, ProductCreated
from inventory_service.domain.stock import Stock
from inventory_service.queries import ProductFound
from inventory_service.tables import PRODUCTS
from shared.http.idempotency import StoredAnswer
from shared.http.inputs import QueryParameters
from shared.http.openapi import FieldErrorDocument
from shared.http.problems import FieldError, InvalidInput
from shared.runtime.submissions import Decided

_REPORTED_AT_MOST = 100


class ImportQuery(QueryParameters):
    preview: bool = False


class PreviewedRow(BaseModel):
    row: int = Field(description="As a spreadsheet counts: the names of the columns are row 1.")
    sku: str
    action: Literal["create", "update", "unchanged", "invalid"]
    changed: list[str] = Field(description="The fields that would get another value.")
    errors: list[FieldErrorDocument]


class ImportPreview(BaseModel):
    """What an import would do to the products as they are now."""

    rows: list[PreviewedRow]


class ImportedRow(BaseModel):
    row: int = Field(description="As a spreadsheet counts: the names of the columns are row 1.")
    sku: str
    action: Literal["created", "updated", "unchanged"]
    version: int = Field(description="Of the product, now.")


class ImportResult(BaseModel):
    """All rows were taken over, together."""

    rows: list[ImportedRow]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """`product` is None for a row with errors."""

    row: FileRow
    product: ImportedProduct | None
    errors: Sequence[FieldError]


def plan(rows: Sequence[FileRow], known: Mapping[str, ProductFound], now: datetime) -> list[PlannedRow]:
    """`known` are the products of these rows that exist; they will not cease to, for none is ever deleted."""
    return [_planned(row, row.sku in known, now) for row in rows]


def _planned(row: FileRow, exists: bool, now: datetime) -> PlannedRow:
    given = {column: value for column, value in row.given.items() if column != "sku"}
    try:
        creation = None if exists else NewProduct.model_validate(row.given).command(now)
        change = ProductChange.model_validate(given).command(row.sku)
    except ValidationError as wrong:
        return PlannedRow(row, None, [*row.errors, *_faults(row, wrong)])
    if row.errors:
        return PlannedRow(row, None, row.errors)
    return PlannedRow(row, ImportedProduct(change, creation), ())


def _faults(row: FileRow, wrong: ValidationError) -> list[FieldError]:
    """A cell that could not even be read has its error already."""
    known = {error.field for error in row.errors}
    faults = [row.error(str(fault["loc"][0]), str(fault["msg"])) for fault in wrong.errors()]
    return [fault for fault in faults if fault.field not in known]


def command_of(planned: Sequence[PlannedRow]) -> ImportProducts:
    """Raises InvalidInput with what is wrong with any row: nothing is taken over then."""
    errors = [error for one in planned for error in one.errors]
    if errors:
        rows = sum(bool(one.errors) for one in planned)
        count = f"{rows} rows are" if rows > 1 else "1 row is"
        raise InvalidInput(
            f"{count} not valid. Nothing was imported; ?preview=true shows every row.",
            errors=errors[:_REPORTED_AT_MOST],
        )
    return ImportProducts(tuple(one.product for one in planned if one.product is not None))


def preview_of(planned: Sequence[PlannedRow], known: Mapping[str, ProductFound]) -> ImportPreview:
    return ImportPreview(rows=[_previewed(one, known.get(one.row.sku)) for one in planned])


def _previewed(planned: PlannedRow, found: ProductFound | None) -> PreviewedRow:
    row, errors = planned.row, planned.errors
    if planned.product is None:
        described = [FieldErrorDocument(field=error.field, message=error.message) for error in errors]
        return PreviewedRow(row=row.number, sku=row.sku, action="invalid", changed=[], errors=described)
    given = [column for column in row.given if column != "sku"]
    if found is None:
        return PreviewedRow(row=row.number, sku=row.sku, action="create", changed=given, errors=[])
    changed = _changed(planned.product, Product(found.entry), found.stock, given)
    action = "update" if changed else "unchanged"
    return PreviewedRow(row=row.number, sku=row.sku, action=action, changed=changed, errors=[])


def _changed(imported: ImportedProduct, known: Product, stock: Stock, given: Sequence[str]) -> list[str]:
    """As the decision itself would have it."""
    match importing.decide(known, imported, stock):
        case [ProductChanged(after, _, _), *_]:
            return [column for column in given if getattr(after, column) != getattr(known.entry, column)]
        case _:
            return []


def result_of(file: Sequence[FileRow], decided: Decided) -> StoredAnswer:
    created = {event.row_id for event in decided.events if isinstance(event.event, ProductCreated)}
    changed = {event.row_id for event in decided.events}
    rows = [
        ImportedRow(
            row=row.number,
            sku=row.sku,
            action=_done(row.sku, created, changed),
            version=decided.rows.row(PRODUCTS, row.sku).version,
        )
        for row in file
    ]
    return StoredAnswer(200, ImportResult(rows=rows).model_dump(mode="json"))


def _done(
    sku: str, created: Collection[str], changed: Collection[str]
) -> Literal["created", "updated", "unchanged"]:
    if sku in created:
        return "created"
    return "updated" if sku in changed else "unchanged"
