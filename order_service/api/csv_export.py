"""Orders as CSV for spreadsheets, page after page: a million orders are never in memory at once."""

import csv
from collections.abc import AsyncGenerator, Awaitable, Callable
from io import StringIO

from fastapi.responses import StreamingResponse

from order_service.api.resources import order_document
from order_service.filtering import Place
from order_service.queries import OrderFound

COLUMNS = (
    "id",
    "number",
    "status",
    "customer_id",
    "currency",
    "total",
    "refunded_total",
    "items",
    "payment_method",
    "payment_status",
    "stock_status",
    "reason",
    "note",
    "tracking_number",
    "created_at",
    "updated_at",
    "expires_at",
)
PAGE = 200

# A spreadsheet takes what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@")

NextPage = Callable[[Place | None, int], Awaitable[list[OrderFound]]]


class CsvResponse(StreamingResponse):
    media_type = "text/csv"


async def csv_of(next_page: NextPage) -> CsvResponse:
    """The first page is there before the answer begins, so that a database that is away is an error in time."""
    first = await next_page(None, PAGE)
    return CsvResponse(
        _lines(first, next_page), headers={"Content-Disposition": 'attachment; filename="orders.csv"'}
    )


async def _lines(page: list[OrderFound], next_page: NextPage) -> AsyncGenerator[str]:
    yield _written([list(COLUMNS)])
    while page:
        yield _written([_cells(order) for order in page])
        page = await next_page(page[-1].place, PAGE) if len(page) == PAGE else []


def _cells(order: OrderFound) -> list[str]:
    document = order_document(order.order_id, order.row)
    lines = ", ".join(f"{line.quantity} x {line.sku}" for line in order.row.state.lines)
    cells = {**document, "items": lines}
    return [_harmless(cells[column]) for column in COLUMNS]


def _harmless(value: object) -> str:
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _written(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
