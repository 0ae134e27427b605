"""A CSV file of products, from bytes to rows: RFC 4180 in UTF-8, the names of the columns in its first row.

What a cell holds is kept as it is, also when a spreadsheet would take it for a formula.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from fastapi import Request
from pydantic import JsonValue

from shared.http.problems import FieldError, InvalidInput, MalformedRequest, UnsupportedMediaType

ROWS_AT_MOST = 1_000
COLUMNS = ("sku", "name", "description", "category", "image", "prices", "low_stock_threshold")

CSV_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_SHOWN = 100


class CsvExpected(UnsupportedMediaType):
    slug = "csv-expected"
    title = "The request body must be CSV"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One product. `number` is the row as a spreadsheet counts: the names of the columns are row 1.

    `given` holds the cells that are not empty, by column; `errors` is what is wrong with them as they stand.
    """

    number: int
    given: Mapping[str, JsonValue]
    errors: Sequence[FieldError]

    @property
    def sku(self) -> str:
        """Empty when the row names none."""
        return str(self.given.get("sku", ""))

    def error(self, column: str, message: str) -> FieldError:
        return FieldError(f"rows.{self.number}.{column}", message)


async def read_product_file(request: Request) -> list[FileRow]:
    """Raises CsvExpected, MalformedRequest for what is not CSV in UTF-8, InvalidInput for what is wrong as a whole."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise CsvExpected("Send the file as CSV, with `Content-Type: text/csv`.")
    try:
        text = (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The file is not in UTF-8: {error.reason} at byte {error.start}.") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        records = list(reader)
    except csv.Error as error:
        raise MalformedRequest(f"The file is not valid CSV: {error} in line {reader.line_num}.") from None
    header, *records = records or [[]]
    _check_header(header)
    rows = [_row(number, header, record) for number, record in enumerate(records, start=2) if record]
    if not 1 <= len(rows) <= ROWS_AT_MOST:
        message = f"must hold 1 to {ROWS_AT_MOST} products, and holds {len(rows)}"
        raise InvalidInput(f"The file {message}.", errors=[FieldError("rows", message)])
    return _without_repeats(rows)


def _check_header(header: Sequence[str]) -> None:
    errors = [
        FieldError("header", f"{name[:_SHOWN]!r} is not one of {', '.join(COLUMNS)}")
        for name in header
        if name not in COLUMNS
    ]
    errors += [
        FieldError("header", f"{name} comes more than once") for name in COLUMNS if header.count(name) > 1
    ]
    if "sku" not in header:
        errors.append(FieldError("header", "sku is missing"))
    if errors:
        raise InvalidInput("The first row has to name the columns.", errors=errors[:_SHOWN])


def _row(number: int, header: Sequence[str], record: Sequence[str]) -> FileRow:
    given: dict[str, JsonValue] = {}
    errors: list[FieldError] = []
    if len(record) > len(header):
        errors.append(
            FieldError(f"rows.{number}", f"has {len(record)} cells, and there are {len(header)} columns")
        )
    for column, cell in zip(header, record, strict=False):
        if not cell:
            continue
        try:
            given[column] = _VALUES.get(column, _text)(cell)
        except ValueError as error:
            errors.append(FieldError(f"rows.{number}.{column}", str(error)))
    return FileRow(number, given, errors)


def _without_repeats(rows: Sequence[FileRow]) -> list[FileRow]:
    first: dict[str, int] = {}
    checked: list[FileRow] = []
    for row in rows:
        earlier = first.setdefault(row.sku, row.number) if row.sku else row.number
        if earlier != row.number:
            repeated = row.error("sku", f"{row.sku[:_SHOWN]} is in row {earlier} already")
            row = FileRow(row.number, row.given, [*row.errors, repeated])
        checked.append(row)
    return checked


def _text(cell: str) -> str:
    if _CONTROL_CHARACTER.search(cell):
        raise ValueError("must not contain control characters")
    return cell


def _number(cell: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise ValueError("must be a whole number")
    return int(cell)


def _prices(cell: str) -> dict[str, JsonValue]:
    """`USD:1999;EUR:1899`."""
    prices: dict[str, JsonValue] = {}
    for price in _text(cell).split(";"):
        currency, colon, amount = price.strip().partition(":")
        if not colon or not _NUMBER.fullmatch(amount):
            raise ValueError("must be prices in minor units, as in USD:1999;EUR:1899")
        if currency in prices:
            raise ValueError(f"{currency[:_SHOWN]} comes more than once")
        prices[currency] = int(amount)
    return prices


_VALUES: Mapping[str, Callable[[str], JsonValue]] = {"prices": _prices, "low_stock_threshold": _number}
