"""A command that is run again after its COMMIT took effect is answered with what it left (race 24), also without a key.

Here the second request is the rerun: it bears the ids of the first.
"""

from uuid import UUID

import pytest

from order_service.domain.listings import Listing, RecordListing
from shared.eventsourcing.ids import new_id
from tests.integration.order_service.conftest import OrderService, order_input


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


@pytest.fixture
def rerun(monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Every request from here on is a run of the same command, about the same order if it places one."""
    command_id, order_id = new_id(), new_id()
    monkeypatch.setattr("shared.runtime.answering.new_id", lambda: command_id)
    monkeypatch.setattr("order_service.api.changing.new_id", lambda: order_id)
    return order_id


async def test_order_is_shown_as_it_now_is_when_placing_it_was_committed_before(
    shop: OrderService, rerun: UUID
) -> None:
    first = await shop.http.post("/orders", json=order_input(notes="Ring twice."))
    again = await shop.http.post("/orders", json=order_input(notes="Ring twice."))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == str(rerun)
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    assert await shop.events(rerun) == ["order.created"]


async def test_note_is_shown_when_adding_it_was_committed_before(
    shop: OrderService, request: pytest.FixtureRequest
) -> None:
    order = await shop.place()
    request.getfixturevalue("rerun")
    path = f"/orders/{order['id']}/notes"
    first, again = [await shop.http.post(path, json={"text": "Called."}) for _ in range(2)]
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), '"2"')
    assert await shop.events(order["id"]) == ["order.created", "order.note_added"]
