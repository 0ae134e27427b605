"""GET /orders/{id}?version= and ?as_of=: the order as it once was."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from order_service import past
from order_service.domain.listings import Listing, RecordListing
from tests.integration.order_service.conftest import ADDRESS, OrderService

NOBODY = "0197f3a0-0000-7000-8000-000000000001"


@pytest.fixture
async def seen(service: OrderService) -> list[dict[str, Any]]:
    """One order as it was shown at each of its versions, a minute apart."""
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    order = await service.place(shipping_address=ADDRESS, notes="Ring twice.")
    shown = [order]
    service.clock.ahead += timedelta(minutes=1)
    await service.http.delete(f"/orders/{order['id']}")
    shown.append((await service.http.get(f"/orders/{order['id']}")).json())
    return shown


async def test_order_is_shown_as_it_was_when_a_version_is_named(
    service: OrderService, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_once in (1, 200):
        monkeypatch.setattr(past, "_AT_ONCE", at_once)
        for order in seen:
            answer = await service.http.get(f"/orders/{order['id']}", params={"version": order["version"]})
            assert answer.json() == order
            assert answer.headers["etag"] == f'"{order["version"]}"'


async def test_order_is_shown_as_it_was_when_a_time_is_named(
    service: OrderService, seen: list[dict[str, Any]]
) -> None:
    placed, cancelled = seen
    before_cancel = datetime.fromisoformat(cancelled["updated_at"]) - timedelta(microseconds=1)
    moments = {
        placed["created_at"]: placed,
        before_cancel.isoformat(): placed,
        cancelled["updated_at"]: cancelled,
        "9999-12-31T23:59:59Z": cancelled,
    }
    for moment, order in moments.items():
        answer = await service.http.get(f"/orders/{placed['id']}", params={"as_of": moment})
        assert (answer.json(), answer.headers["etag"]) == (order, f'"{order["version"]}"')


async def test_order_is_not_found_when_it_was_not_there_then(
    service: OrderService, seen: list[dict[str, Any]]
) -> None:
    placed = datetime.fromisoformat(seen[0]["created_at"])
    queries: list[dict[str, Any]] = [
        {"version": 3},
        {"version": 2**63 - 1},
        {"as_of": (placed - timedelta(microseconds=1)).isoformat()},
        {"as_of": "0001-01-01T00:00:00Z"},
    ]
    for query in queries:
        answer = await service.http.get(f"/orders/{seen[0]['id']}", params=query)
        assert answer.status_code == 404, query
    for query in ({"version": 1}, {"as_of": seen[0]["created_at"]}):
        assert (await service.http.get(f"/orders/{NOBODY}", params=query)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"version": 1, "as_of": "2026-07-01T12:00:00Z"},
        {"version": 0},
        {"version": 2**63},
        {"version": "latest"},
        {"as_of": "yesterday"},
        {"as_of": "2026-07-01"},
        {"as_of": "1"},
    ],
)
async def test_moment_is_refused_when_it_is_not_one(
    service: OrderService, seen: list[dict[str, Any]], query: dict[str, Any]
) -> None:
    assert (await service.http.get(f"/orders/{seen[0]['id']}", params=query)).status_code == 422
