"""The statements behind the lists of orders. Each goes by an index: see migration 0002 and the comments here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, TextClause, bindparam, text

from order_service.filtering import OrderFilter, OrderSort, Place

COLUMNS = "o.id, o.version, o.state::text, o.created_at, o.updated_at"

# An id is made when the request arrives and the order is placed right after, so ids stand in for an index by time;
# the margin is for clocks that are set back.
_MARGIN = timedelta(minutes=10)

_CONDITIONS: Mapping[str, str] = {
    "statuses": "o.status = ANY(:statuses)",
    "customer_id": "o.customer_id = :customer_id",
    "sku": "k.sku = :sku",
    "number": "o.number = :number",
    "order_id": "o.id = :order_id",
    "email_mark": "e.hmac = :email_mark",
    "created_from": "o.created_at >= :created_from",
    "created_to": "o.created_at < :created_to",
    "id_from": "{id} >= :id_from",
    "id_to": "{id} < :id_to",
    "min_total": "o.total >= :min_total",
    "max_total": "o.total <= :max_total",
}
# Pending since it was placed; cancelled or failed, since something was last heard of it.
_UNFINISHED_TOO_LONG = (
    "(o.unsettled AND CASE o.status WHEN 'PENDING' THEN o.created_at ELSE o.updated_at END < :quiet_since)"
)
_DRIVING = frozenset({"customer_id", "sku", "number", "order_id", "email_mark", "stuck"})


@dataclass(frozen=True, slots=True)
class _Order:
    """How a sort compares. `by_id`: ids alone tell the order."""

    by_id: bool
    descending: bool

    @property
    def beyond(self) -> str:
        return "<" if self.descending else ">"

    @property
    def direction(self) -> str:
        return "DESC" if self.descending else "ASC"


_ORDERS = {
    OrderSort.NEWEST: _Order(by_id=True, descending=True),
    OrderSort.OLDEST: _Order(by_id=True, descending=False),
    OrderSort.DEAREST: _Order(by_id=False, descending=True),
    OrderSort.CHEAPEST: _Order(by_id=False, descending=False),
}


def first_id_of(milliseconds: int) -> UUID:
    """No UUIDv7 of this Unix time, or later, is lower."""
    return UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80)


def ids_placed(since: datetime | None, until: datetime | None) -> dict[str, UUID]:
    """Bounds for the ids of orders that were placed in this time, by the names of their parameters."""
    margin = int(_MARGIN.total_seconds() * 1000)
    bounds: dict[str, UUID] = {}
    if since is not None:
        bounds["id_from"] = first_id_of(int(since.timestamp() * 1000) - margin)
    if until is not None:
        bounds["id_to"] = first_id_of(int(until.timestamp() * 1000) + margin)
    return bounds


def page_of_orders(
    wanted: OrderFilter, order_id: UUID | None, sort: OrderSort, after: Place | None, limit: int
) -> tuple[TextClause, dict[str, Any]]:
    """One page going on after `after`, and its parameters. `order_id` is what `any_id` was found to mean."""
    given: dict[str, Any] = {
        "statuses": sorted(wanted.statuses) or None,
        "customer_id": wanted.customer_id,
        "sku": wanted.sku,
        "number": wanted.number,
        "order_id": order_id,
        "email_mark": wanted.email_mark,
        "created_from": wanted.created_from,
        "created_to": wanted.created_to,
        "min_total": wanted.min_total,
        "max_total": wanted.max_total,
        **ids_placed(wanted.created_from, wanted.created_to),
    }
    parameters = {name: value for name, value in given.items() if value is not None}
    if wanted.stuck is not None:
        parameters["quiet_since"] = wanted.quiet_since
    if after is not None:
        parameters["last_id"] = after.order_id
        if not _ORDERS[sort].by_id:
            parameters["last_total"] = after.total
    statement = _statement(tuple(parameters), wanted.stuck, sort)
    return statement, {**parameters, "limit": limit}


@cache
def _statement(given: Sequence[str], stuck: bool | None, sort: OrderSort) -> TextClause:
    statement = text(_sql(given, stuck, _ORDERS[sort]))
    return (
        statement.bindparams(bindparam("statuses", type_=ARRAY(Text))) if "statuses" in given else statement
    )


def _sql(given: Sequence[str], stuck: bool | None, order: _Order) -> str:
    order_id = "k.order_id" if "sku" in given else "o.id"
    conditions = [_CONDITIONS[name].format(id=order_id) for name in given if name in _CONDITIONS]
    if stuck is not None:
        conditions.append(_UNFINISHED_TOO_LONG if stuck else f"NOT {_UNFINISHED_TOO_LONG}")
    if order.by_id and "statuses" in given and stuck is not True and _DRIVING.isdisjoint(given):
        conditions.remove(_CONDITIONS["statuses"])
        return _by_status(conditions, order, goes_on="last_id" in given)
    key = order_id if order.by_id else f"o.total, {order_id}"
    if "last_id" in given:
        last = "last_id" if order.by_id else "last_total, :last_id"
        conditions.append(f"({key}) {order.beyond} (:{last})")
    return _select(_source(given), conditions, key, order)


def _by_status(conditions: Sequence[str], order: _Order, *, goes_on: bool) -> str:
    """The first of each status, then the first of those.

    Compared as a row, only the index by status and id serves: a plain `status =` may walk all orders by id to find a
    few of a rare status.
    """
    same = "o.status >= w.status" if order.descending else "o.status <= w.status"
    start = (
        "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
        if order.descending
        else "'00000000-0000-0000-0000-000000000000'"
    )
    last = ":last_id" if goes_on else start
    beyond = f"(o.status, o.id) {order.beyond} (w.status, CAST({last} AS uuid))"
    each = _select("orders AS o", [same, beyond, *conditions], "o.status, o.id", order)
    return (
        f"SELECT f.* FROM unnest(:statuses) AS w (status) CROSS JOIN LATERAL ({each}) AS f"
        f" ORDER BY f.id {order.direction} LIMIT :limit"
    )


def _source(given: Sequence[str]) -> str:
    source = "order_skus AS k JOIN orders AS o ON o.id = k.order_id" if "sku" in given else "orders AS o"
    return f"{source} JOIN email_index AS e ON e.order_id = o.id" if "email_mark" in given else source


def _select(source: str, conditions: Sequence[str], key: str, order: _Order) -> str:
    """A row of version 0 is no order."""
    where = " AND ".join(["o.version > 0", *conditions])
    by = ", ".join(f"{column} {order.direction}" for column in key.split(", "))
    return f"SELECT {COLUMNS} FROM {source} WHERE {where} ORDER BY {by} LIMIT :limit"
