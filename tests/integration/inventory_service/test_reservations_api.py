"""Reservations over HTTP, on a real database."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from inventory_service.domain.reserving import FulfilReservation, ReleaseStock
from shared.eventsourcing.ids import new_id
from shared.messaging.checkpoint import CHECKPOINT
from tests.integration.inventory_service.conftest import Inventory, reserving


async def get(inventory: Inventory, order_id: UUID) -> dict[str, Any]:
    answer = await inventory.http.get(f"/reservations/{order_id}")
    assert answer.status_code == 200
    return answer.json()


async def test_the_reservation_is_shown_when_an_order_holds_stock(inventory: Inventory) -> None:
    await inventory.stocked("R-1", 5)
    order_id = await inventory.reserve(("R-1", 1), ("R-1", 1))

    answer = await inventory.http.get(f"/reservations/{order_id}")

    assert answer.headers["ETag"] == '"1"'
    body = answer.json()
    assert body == {
        "order_id": str(order_id),
        "status": "RESERVED",
        "lines": [{"sku": "R-1", "quantity": 2}],
        "reason": None,
        "version": 1,
        "created_at": body["created_at"],
        "updated_at": body["created_at"],
    }


async def test_the_reservation_tells_how_it_ended(inventory: Inventory) -> None:
    await inventory.stocked("R-2", 5)
    rejected = await inventory.reserve(("R-2", 6))
    released, fulfilled = await inventory.reserve(("R-2", 1)), await inventory.reserve(("R-2", 1))
    await inventory.hear(ReleaseStock(released, "expired"), FulfilReservation(fulfilled))

    told = [await get(inventory, order_id) for order_id in (rejected, released, fulfilled)]

    assert [(one["status"], one["reason"]) for one in told] == [
        ("REJECTED", "out_of_stock"),
        ("RELEASED", "expired"),
        ("FULFILLED", None),
    ]


async def test_not_found_until_the_order_itself_is_heard(inventory: Inventory) -> None:
    """Race 3: what ends the order is remembered, and shows only in what becomes of it."""
    await inventory.stocked("R-3", 5)
    order_id = new_id()
    await inventory.hear(ReleaseStock(order_id, "customer_request"))

    assert (await inventory.http.get(f"/reservations/{order_id}")).status_code == 404
    assert (await inventory.http.get(f"/reservations/{order_id}/events")).status_code == 404
    assert (await inventory.http.get("/reservations", params={"order_id": str(order_id)})).json()[
        "items"
    ] == []

    await inventory.hear(reserving(order_id, ("R-3", 1)))

    told = await get(inventory, order_id)
    assert (told["status"], told["reason"], told["lines"]) == ("RELEASED", "customer_request", [])
    assert (await inventory.product("R-3"))["reserved"] == 0


async def test_not_found_when_nobody_heard_of_the_order(inventory: Inventory) -> None:
    assert (await inventory.http.get(f"/reservations/{new_id()}")).status_code == 404
    assert (await inventory.http.get("/reservations/nonsense")).status_code == 422


async def test_reservations_are_found_by_status_newest_first(inventory: Inventory) -> None:
    await inventory.stocked("R-4", 3)
    orders = [await inventory.reserve(("R-4", 1)) for _ in range(3)]
    await inventory.hear(FulfilReservation(orders[1]))

    wanted = {"status": "RESERVED", "limit": 1}
    first = (await inventory.http.get("/reservations", params=wanted)).json()
    second = (
        await inventory.http.get("/reservations", params={**wanted, "cursor": first["next_cursor"]})
    ).json()

    assert [one["order_id"] for one in first["items"] + second["items"]] == [str(orders[2]), str(orders[0])]
    one = (await inventory.http.get("/reservations", params={"order_id": str(orders[1])})).json()
    assert [(found["order_id"], found["status"]) for found in one["items"]] == [(str(orders[1]), "FULFILLED")]


async def test_history_tells_who_why_and_whether_others_know(inventory: Inventory) -> None:
    await inventory.stocked("R-5", 3)
    order_id = await inventory.reserve(("R-5", 1))
    await inventory.hear(FulfilReservation(order_id))

    history = (await inventory.http.get(f"/reservations/{order_id}/events")).json()

    reserved, fulfilled = history["items"]
    assert reserved == {
        "id": reserved["id"],
        "type": "reservation.stock_reserved",
        "version": 1,
        "time": reserved["time"],
        "data": {"lines": [{"sku": "R-5", "quantity": 1, "on_hand": 3, "reserved": 1}]},
        "actor": {"subject": "inventory_service", "role": "service"},
        "correlation_id": reserved["correlation_id"],
        "causation_id": reserved["causation_id"],
        "published": False,
    }
    assert (fulfilled["type"], fulfilled["version"]) == ("reservation.fulfilled", 2)

    await relay_everything(inventory)
    history = (await inventory.http.get(f"/reservations/{order_id}/events")).json()
    assert [item["published"] for item in history["items"]] == [True, False]


async def relay_everything(inventory: Inventory) -> None:
    async with inventory.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO checkpoints (name, position) SELECT :name, max(position) FROM events"),
            {"name": CHECKPOINT},
        )


async def test_history_comes_in_pages(inventory: Inventory) -> None:
    await inventory.stocked("R-6", 3)
    order_id = await inventory.reserve(("R-6", 1))
    await inventory.hear(ReleaseStock(order_id, "expired"))

    first = (await inventory.http.get(f"/reservations/{order_id}/events", params={"limit": 1})).json()
    cursor = {"limit": 1, "cursor": first["next_cursor"]}
    second = (await inventory.http.get(f"/reservations/{order_id}/events", params=cursor)).json()

    assert [item["version"] for item in first["items"] + second["items"]] == [1, 2]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("wanted", [{"status": "GONE"}, {"order_id": "x"}, {"cursor": "x"}, {"sku": "R-1"}])
async def test_refused_when_reservations_are_asked_for_what_they_have_not(
    inventory: Inventory, wanted: dict[str, str]
) -> None:
    refused = await inventory.http.get("/reservations", params=wanted)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == next(iter(wanted))
