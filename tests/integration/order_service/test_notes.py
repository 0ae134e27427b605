"""Internal notes: written by somebody, for good, and never told outside."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from order_service.api.resources import NoteResource
from order_service.customer_keys import KNOWN_FOR
from order_service.domain.listings import Listing, RecordListing
from shared.runtime.history import HistoryItem
from tests.integration.order_service.conftest import OrderService

NOBODY = "0197f3a0-0000-7000-8000-000000000001"
TEXT = "Called Ms Lovelace: she moves in May."


@pytest.fixture
async def order(service: OrderService) -> dict[str, Any]:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return await service.place(customer_id="noted")


async def add(service: OrderService, order: dict[str, Any], text: str, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await service.http.post(f"/orders/{order['id']}/notes", json={"text": text}, headers=headers)


async def notes(service: OrderService, order: dict[str, Any], **query: Any) -> Any:
    return (await service.http.get(f"/orders/{order['id']}/notes", params=query)).json()


async def test_note_is_listed_with_its_author_when_it_was_added(
    service: OrderService, order: dict[str, Any]
) -> None:
    answer = await add(service, order, TEXT)
    note = answer.json()

    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    NoteResource.model_validate_json(answer.content)
    assert (note["text"], note["author"]) == (TEXT, {"subject": "clerk", "role": "staff"})
    assert await notes(service, order) == {"items": [note], "next_cursor": None}
    shown = (await service.http.get(f"/orders/{order['id']}")).json()
    assert shown == {**order, "version": 2, "updated_at": note["created_at"]}


async def test_note_is_in_the_history_and_never_published_when_it_was_added(
    service: OrderService, order: dict[str, Any]
) -> None:
    note = (await add(service, order, TEXT)).json()
    await service.sql("INSERT INTO checkpoints (name, position) SELECT 'relay', max(position) FROM events")
    history = (await service.http.get(f"/orders/{order['id']}/events")).json()["items"]
    await service.sql("DELETE FROM checkpoints")

    item = HistoryItem.model_validate(history[1])
    assert (item.id, item.type, item.data) == (UUID(note["id"]), "order.note_added", {"text": TEXT})
    assert [item["published"] for item in history] == [True, False]
    assert note["author"].items() <= history[1]["actor"].items()


async def test_notes_are_read_page_by_page_between_other_events(
    service: OrderService, order: dict[str, Any]
) -> None:
    await add(service, order, "one")
    await service.http.delete(f"/orders/{order['id']}")
    for text in ("two", "three"):
        await add(service, order, text)
    first = await notes(service, order, limit=2)
    second = await notes(service, order, limit=2, cursor=first["next_cursor"])
    assert [note["text"] for note in first["items"] + second["items"]] == ["one", "two", "three"]
    assert second["next_cursor"] is None


async def test_note_is_added_once_when_it_is_sent_twice_with_a_key(
    service: OrderService, order: dict[str, Any]
) -> None:
    first = await add(service, order, TEXT, key="note-1")
    second = await add(service, order, TEXT, key="note-1")
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert (await add(service, order, "other", key="note-1")).status_code == 422
    assert len((await notes(service, order))["items"]) == 1


async def test_text_is_sealed_and_goes_with_the_customers_key(
    service: OrderService, order: dict[str, Any]
) -> None:
    await add(service, order, TEXT, key="sealed-note")
    stored = [
        *await service.sql("SELECT data::text AS kept FROM events"),
        *await service.sql("SELECT answer::text AS kept FROM idempotency_keys"),
    ]
    assert not any("Lovelace" in row.kept for row in stored)

    await service.sql("DELETE FROM customer_keys WHERE customer_id = 'noted'")
    service.clock.ahead += KNOWN_FOR + timedelta(seconds=1)
    assert [note["text"] for note in (await notes(service, order))["items"]] == [None]
    assert (await add(service, order, TEXT, key="sealed-note")).json()["text"] is None


async def test_note_is_sealed_again_when_its_key_is_gone_at_commit(
    service: OrderService, order: dict[str, Any]
) -> None:
    await add(service, order, "before")
    await service.sql("DELETE FROM customer_keys WHERE customer_id = 'noted'")
    assert (await add(service, order, "after")).json()["text"] == "after"


async def test_order_has_no_notes_until_one_is_added(service: OrderService, order: dict[str, Any]) -> None:
    assert await notes(service, order) == {"items": [], "next_cursor": None}
    assert (await service.http.get(f"/orders/{NOBODY}/notes")).status_code == 404
    assert (await service.http.post(f"/orders/{NOBODY}/notes", json={"text": "x"})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": "x" * 2001},
        {"text": "a\x00b"},
        {"text": "a", "author": "b"},
    ],
)
async def test_note_is_refused_when_it_is_not_valid(
    service: OrderService, order: dict[str, Any], body: dict[str, Any]
) -> None:
    answer = await service.http.post(f"/orders/{order['id']}/notes", json=body)
    assert answer.status_code == 422
