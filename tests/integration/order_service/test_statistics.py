"""GET /orders/stats: figures against orders whose ends are known."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from order_service.api.stats import OrderStats
from order_service.domain.commands import (
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteStockReserved,
    OrderCommand,
)
from order_service.domain.lifecycle import OrderStatus
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.money import Money
from tests.integration.order_service.conftest import OrderService


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    await service.hear(RecordListing("MUG-1", 1, Listing("Mug", {"USD": 1000, "EUR": 900})), None)
    await service.sql("DELETE FROM orders")
    return service


async def place(shop: OrderService, quantity: int, currency: str = "USD") -> UUID:
    items = [{"sku": "MUG-1", "quantity": quantity}]
    return UUID((await shop.place(items=items, currency=currency))["id"])


async def confirm(shop: OrderService, order_id: UUID) -> None:
    heard: tuple[OrderCommand, ...] = (NoteStockReserved(order_id, 1), NotePaymentTaken(order_id, 3))
    for command in heard:
        await shop.hear(command)


async def stats(shop: OrderService, **query: str) -> dict[str, Any]:
    answer = await shop.http.get("/orders/stats", params=query)
    assert answer.status_code == 200, answer.text
    OrderStats.model_validate_json(answer.content)
    return answer.json()


async def test_figures_are_of_what_was_placed_and_what_became_of_it(shop: OrderService) -> None:
    shown = [await place(shop, 1), await place(shop, 2), await place(shop, 3, "EUR")]
    cancelled, declined, _pending = await place(shop, 4), await place(shop, 5), await place(shop, 6)
    shop.clock.ahead += timedelta(seconds=10)
    for order_id in (*shown, cancelled):
        await confirm(shop, order_id)
    await shop.hear(NotePaymentRefunded(shown[1], 5, Money(500, "USD"), Money(1500, "USD")))
    await shop.http.post(f"/orders/{shown[0]}/status", json={"status": "PROCESSING"})
    await shop.http.delete(f"/orders/{cancelled}")
    await shop.hear(NotePaymentFailed(declined, 3, "declined"))

    found = await stats(shop)
    placed_at = (await shop.http.get(f"/orders/{shown[0]}")).json()["created_at"]
    assert (found["placed"], found["confirmed"]) == (6, 4)
    assert found["conversion"] == pytest.approx(4 / 6)
    some = {"PENDING": 1, "CONFIRMED": 2, "PROCESSING": 1, "CANCELLED": 1, "FAILED": 1}
    assert found["by_status"] == dict.fromkeys(OrderStatus, 0) | some
    assert found["revenue"] == [
        {"day": placed_at[:10], "currency": "EUR", "orders": 1, "revenue": 2700},
        {"day": placed_at[:10], "currency": "USD", "orders": 2, "revenue": 1000 + 2000 - 500},
    ]
    assert found["failures"] == [
        {"status": "CANCELLED", "reason": "customer_request", "orders": 1},
        {"status": "FAILED", "reason": "payment_declined", "orders": 1},
    ]
    latency: Mapping[str, float] = found["latency"]
    assert 10 <= latency["p50"] <= latency["p95"] <= latency["p99"] < 60


async def test_percentiles_are_of_the_seconds_from_placed_to_confirmed(shop: OrderService) -> None:
    """Latencies of about 0, 100, 200, 300 and 400 s."""
    orders = [await place(shop, 1) for _ in range(5)]
    for order_id in orders:
        await confirm(shop, order_id)
        shop.clock.ahead += timedelta(seconds=100)
    latency = (await stats(shop))["latency"]
    assert latency["p50"] == pytest.approx(200, abs=30)
    assert latency["p95"] == pytest.approx(380, abs=30)
    assert latency["p99"] == pytest.approx(396, abs=30)


async def test_only_orders_placed_within_the_period_count(shop: OrderService) -> None:
    first = (await shop.http.get(f"/orders/{await place(shop, 1)}")).json()["created_at"]
    second = (await shop.http.get(f"/orders/{await place(shop, 2)}")).json()["created_at"]
    assert (await stats(shop, **{"from": first, "to": second}))["placed"] == 1
    assert (await stats(shop, **{"from": second}))["placed"] == 1
    assert (await stats(shop, to=first))["placed"] == 0
    found = await stats(shop, **{"from": first})
    assert found["from"] == first


async def test_there_is_no_conversion_when_nothing_was_placed(shop: OrderService) -> None:
    await shop.sql("INSERT INTO orders (id) VALUES ('0197f3a0-0000-7000-8000-000000000001')")
    for query in ({}, {"to": "2000-01-01T00:00:00Z"}, {"to": "0001-01-01T00:00:00Z"}):
        found = await stats(shop, **query)
        assert (found["placed"], found["conversion"], found["revenue"], found["failures"]) == (
            0,
            None,
            [],
            [],
        )
        assert found["latency"] == {"p50": None, "p95": None, "p99": None}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-07-02T00:00:00Z", "to": "2026-07-01T00:00:00Z"},
        {"from": "2020-01-01T00:00:00Z"},
        {"from": "9999-01-01T00:00:00Z"},
        {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
        {"from": "yesterday"},
        {"since": "2026-07-01T00:00:00Z"},
    ],
)
async def test_period_is_refused_when_it_is_none_or_too_long(
    shop: OrderService, query: dict[str, str]
) -> None:
    answer = await shop.http.get("/orders/stats", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("from", "since")
