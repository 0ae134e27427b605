"""From placed to an end, over REST and by what is heard."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from order_service.api.resources import OrderResource
from order_service.domain.commands import (
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.money import Money
from shared.runtime.history import HistoryItem
from tests.integration.order_service.conftest import ADDRESS, OrderService

NOBODY = "0197f3a0-0000-7000-8000-000000000001"


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


async def confirmed(shop: OrderService) -> dict[str, Any]:
    order = await shop.place(shipping_address=ADDRESS, notes="Ring twice.")
    await shop.hear(NoteStockReserved(UUID(order["id"]), 1))
    await shop.hear(NotePaymentTaken(UUID(order["id"]), 3))
    return (await shop.http.get(f"/orders/{order['id']}")).json()


async def step(shop: OrderService, order: dict[str, Any], status: str, **more: Any) -> Any:
    return await shop.http.post(f"/orders/{order['id']}/status", json={"status": status, **more})


async def test_order_is_delivered_when_all_goes_well(shop: OrderService) -> None:
    order = await confirmed(shop)
    assert (order["status"], order["version"]) == ("CONFIRMED", 4)
    assert (order["payment_status"], order["stock_status"]) == ("COMPLETED", "RESERVED")

    await step(shop, order, "PROCESSING")
    shipped = await step(shop, order, "SHIPPED", tracking_number="TRACK-1")
    delivered = await step(shop, order, "DELIVERED")

    assert (shipped.status_code, delivered.status_code) == (200, 200)
    assert shipped.json()["tracking_number"] == "TRACK-1"
    assert shipped.json()["stock_status"] == "FULFILLED"
    assert delivered.json()["status"] == "DELIVERED"
    OrderResource.model_validate_json(delivered.content)
    assert await shop.events(order["id"]) == [
        "order.created",
        "order.stock_secured",
        "order.payment_received",
        "order.confirmed",
        "order.processing_started",
        "order.shipped",
        "order.delivered",
    ]


async def test_step_is_refused_when_the_lifecycle_does_not_have_it(shop: OrderService) -> None:
    order = await shop.place()
    answer = await step(shop, order, "SHIPPED")

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:eventflow:problem:no-such-step"
    assert (await step(shop, order, "PENDING")).status_code == 422
    assert (await step(shop, order, "PROCESSING", tracking_number="X")).status_code == 422


async def test_order_fails_with_the_providers_words_when_the_payment_is_declined(shop: OrderService) -> None:
    order = await shop.place()
    await shop.hear(NotePaymentFailed(UUID(order["id"]), 3, "Your card was declined."))
    failed = (await shop.http.get(f"/orders/{order['id']}")).json()

    assert (failed["status"], failed["reason"]) == ("FAILED", "payment_declined")
    assert failed["note"] == "Your card was declined."
    refused = await shop.http.delete(f"/orders/{order['id']}")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:eventflow:problem:not-cancellable"


async def test_order_is_cancelled_once_when_it_is_cancelled_repeatedly(shop: OrderService) -> None:
    order = await confirmed(shop)
    first = await shop.http.delete(f"/orders/{order['id']}", params={"reason": "staff_request"})
    second = await shop.http.delete(f"/orders/{order['id']}")

    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["reason"] == "staff_request"
    assert second.json() == first.json()
    assert (await shop.events(order["id"])).count("order.cancelled") == 1


async def test_one_wins_when_an_order_is_shipped_and_cancelled_at_once(shop: OrderService) -> None:
    """Race 14."""
    order = await confirmed(shop)
    await step(shop, order, "PROCESSING")
    cancel, ship = await asyncio.gather(
        shop.http.delete(f"/orders/{order['id']}"), step(shop, order, "SHIPPED")
    )
    assert (cancel.status_code, ship.status_code) in {(202, 409), (409, 200)}


async def test_order_tells_when_compensation_is_complete(shop: OrderService) -> None:
    order = await confirmed(shop)
    await shop.http.delete(f"/orders/{order['id']}")
    order_id = UUID(order["id"])
    await shop.hear(NoteStockReleased(order_id, 2))
    await shop.hear(NotePaymentRefunded(order_id, 5, Money(3000, "USD"), Money(0, "USD")))
    cancelled = (await shop.http.get(f"/orders/{order['id']}")).json()

    assert (cancelled["status"], cancelled["stock_status"]) == ("CANCELLED", "RELEASED")
    assert (cancelled["payment_status"], cancelled["refunded_total"]) == ("REFUNDED", 3000)


async def test_change_is_refused_when_the_client_has_seen_an_older_version(shop: OrderService) -> None:
    order = await confirmed(shop)
    path = f"/orders/{order['id']}"

    assert (await shop.http.delete(path, headers={"If-Match": '"3"'})).status_code == 412
    assert (await shop.http.delete(path, headers={"If-Match": "nonsense"})).status_code == 422
    assert (await shop.http.delete(path, headers={"If-Match": '"4"'})).status_code == 202


@pytest.mark.parametrize("path", ["", "/events", "/status"])
async def test_order_is_not_found_when_there_is_none(shop: OrderService, path: str) -> None:
    url = f"/orders/{NOBODY}{path}"
    body = {"status": "SHIPPED"}
    answer = await (shop.http.post(url, json=body) if path == "/status" else shop.http.get(url))

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:eventflow:problem:not-found"
    assert (await shop.http.delete(f"/orders/{NOBODY}")).status_code == 404


async def test_history_tells_all_when_it_is_read_page_by_page(shop: OrderService) -> None:
    order = await confirmed(shop)
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await shop.http.get(f"/orders/{order['id']}/events", params=query)).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert [item["version"] for item in items] == [1, 2, 3, 4]
    for item in items:
        HistoryItem.model_validate(item, strict=False)
    assert items[0]["type"] == "order.created"
    assert items[0]["data"]["notes"] == "Ring twice."
    assert items[0]["data"]["shipping_address"]["name"] == "Ada Lovelace"
    assert (items[0]["actor"]["subject"], items[0]["actor"]["role"]) == ("clerk", "staff")
    assert items[0]["correlation_id"] == order["id"]
    assert not any(item["published"] for item in items)


async def test_history_tells_what_was_published_when_the_relay_has_passed_it(shop: OrderService) -> None:
    order = await confirmed(shop)
    await shop.sql(
        "INSERT INTO checkpoints (name, position) SELECT 'relay', max(position) FROM events"
        " ON CONFLICT (name) DO UPDATE SET position = excluded.position"
    )
    items = (await shop.http.get(f"/orders/{order['id']}/events")).json()["items"]
    await shop.sql("DELETE FROM checkpoints")

    assert [item["type"] for item in items if item["published"]] == ["order.created", "order.confirmed"]
