"""Messages that break their contract become dead letters with a reason, and those beside them are processed."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import pytest

from shared.eventsourcing.ids import new_id
from tests.e2e.broker import publish
from tests.e2e.records import auditor
from tests.e2e.shop import Json, Shop
from tests.e2e.waiting import NotYet, until

NOW = "2026-07-01T12:00:00Z"


def envelope(event_type: str, subject: str, **changes: Any) -> Json:
    """A good event with the `data` among the changes; a change to None leaves the attribute out."""
    event: Json = {
        "specversion": "1.0",
        "id": str(new_id()),
        "source": "/somebody",
        "type": event_type,
        "subject": subject,
        "time": NOW,
        "datacontenttype": "application/json",
        "dataschema": f"urn:eventflow:{event_type}:1",
        "correlationid": str(new_id()),
        "causationid": str(new_id()),
        "streamversion": 1,
        **changes,
    }
    return {name: value for name, value in event.items() if value is not None}


def product(sku: str, **changes: Any) -> Json:
    data: Json = {
        "cause": "created",
        "sku": sku,
        "name": f"Product {sku}",
        "description": "",
        "category": "",
        "image": "",
        "status": "AVAILABLE",
        "prices": {"USD": 100},
        "on_hand": 1,
        "reserved": 0,
        "available": 1,
        "low_stock_threshold": 0,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


def updated(sku: str, **changes: Any) -> Json:
    return envelope("inventory.updated", sku, **{"data": product(sku), **changes})


def breaches(sku: str) -> Iterable[tuple[Any, str]]:
    """Events that break their contract, each in its own way, and what their dead letter has to say of it."""
    yield updated(sku, data=product(sku, name=None)), "name"
    yield updated(sku, data=product(sku, prices={"USD": "100"})), "prices.USD"
    yield updated(sku, data=product(sku, cause="stolen")), "cause"
    yield updated(sku, data=product(sku, on_hand=-1)), "on_hand"
    yield updated(sku, data="all of it"), "data"
    yield updated(sku, dataschema="urn:eventflow:inventory.updated:99"), "inventory.updated:99"
    yield updated(sku, dataschema="urn:eventflow:inventory.released:1"), "inventory.released:1"
    yield updated(sku, specversion="0.3"), "specversion"
    yield updated(sku, streamversion="1"), "streamversion"
    yield updated(sku, time="yesterday"), "time"
    yield updated(sku, id=None), "id"
    yield "hello", "CloudEvent"
    yield None, "CloudEvent"


async def dead_letters(shop: Shop, service: str, since: datetime) -> list[Any]:
    async with auditor(shop.site, service) as database:
        return await database.fetch(
            "SELECT event_id, queue, type, body, error, status, attempts FROM dead_letters"
            " WHERE first_failed_at >= $1",
            since,
        )


async def letters_since(shop: Shop, service: str, since: datetime, count: int) -> list[Any]:
    """The service's dead letters since then, once there are so many."""

    async def look() -> list[Any]:
        letters = await dead_letters(shop, service, since)
        if len(letters) < count:
            raise NotYet(f"{[letter['error'][:60] for letter in letters]}")
        return letters

    return await until(f"{service} has {count} dead letters", look, within=15)


async def test_each_breach_is_set_aside_alone_when_it_comes_among_good_events(shop: Shop) -> None:
    since = datetime.now(UTC)
    good = [f"GOOD-{token_hex(4).upper()}" for _ in range(3)]
    bad = list(breaches(f"BREACH-{token_hex(4).upper()}"))
    half = len(bad) // 2
    batch = [
        updated(good[0]),
        *(event for event, _ in bad[:half]),
        updated(good[1]),
        *(event for event, _ in bad[half:]),
        updated(good[2]),
    ]
    await publish(shop.site, "inventory_exchange", "inventory.updated", json.dumps(batch).encode())

    for sku in good:
        await shop.orderable(sku, "USD")
    letters = await letters_since(shop, "order", since, len(bad))
    assert len(letters) == len(bad)
    assert {(letter["queue"], letter["status"], letter["attempts"]) for letter in letters} == {
        ("order_queue", "OPEN", 1)
    }
    for event, reason in bad:
        [error] = [letter["error"] for letter in letters if json.loads(letter["body"]) == [event]]
        assert reason in error, (event, error)


@pytest.mark.parametrize(
    "body", [b"not json", b'{"an": "object"}', b"[]", b"\xff\xfe", b""], ids=lambda body: repr(body)
)
async def test_body_is_set_aside_whole_when_it_cannot_be_read(shop: Shop, body: bytes) -> None:
    since, sku = datetime.now(UTC), f"AFTER-{token_hex(4).upper()}"
    await publish(shop.site, "inventory_exchange", "inventory.updated", body)
    await publish(shop.site, "inventory_exchange", "inventory.updated", json.dumps([updated(sku)]).encode())
    await shop.orderable(sku, "USD")
    [letter] = await letters_since(shop, "order", since, 1)
    assert (bytes(letter["body"]), letter["event_id"]) == (body, None)
    assert "not JSON" in letter["error"] or "not a JSON array" in letter["error"]


async def test_every_listener_sets_it_aside_when_two_services_hear_a_breach(shop: Shop) -> None:
    since = datetime.now(UTC)
    heard, unheard = str(new_id()), str(new_id())
    batch = [
        cancelled(unheard, "boredom"),
        cancelled(heard, "customer_request"),
    ]
    await publish(shop.site, "order_exchange", "order.cancelled", json.dumps(batch).encode())
    for service, stream in (("payment", f"payment-{heard}"), ("inventory", f"reservation-{heard}")):
        [letter] = await letters_since(shop, service, since, 1)
        assert (str(letter["event_id"]), letter["type"]) == (batch[0]["id"], "order.cancelled")
        assert "reason" in letter["error"]
        await remembered(shop, service, stream)


async def test_neighbours_are_processed_when_the_database_refuses_an_event(shop: Shop) -> None:
    """NUL keeps the contract but fits into no column: that one is retried alone, for a minute and more."""
    good = [f"GOOD-{token_hex(4).upper()}" for _ in range(2)]
    refused = f"NUL-{token_hex(4).upper()}"
    batch = [updated(good[0]), updated(refused, data=product(refused, name="a\0b")), updated(good[1])]
    await publish(shop.site, "inventory_exchange", "inventory.updated", json.dumps(batch).encode())
    for sku in good:
        await shop.orderable(sku, "USD")


def cancelled(order_id: str, reason: str) -> Json:
    return envelope(
        "order.cancelled",
        order_id,
        data={"order_id": order_id, "reason": reason, "previous_status": "PENDING"},
        customerid="somebody",
    )


async def remembered(shop: Shop, service: str, stream: str) -> None:
    """Returns once the service has stored an event in the stream: over REST such an order is not there yet."""

    async def look() -> None:
        async with auditor(shop.site, service) as database:
            if not await database.fetchval("SELECT count(*) FROM events WHERE stream = $1", stream):
                raise NotYet("it has no event")

    await until(f"{service} remembers {stream}", look, within=10)
