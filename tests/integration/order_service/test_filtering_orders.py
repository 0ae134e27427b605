"""Every filter and sort of GET /orders against the same wish in Python."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from order_service.customer_keys import KNOWN_FOR
from order_service.domain.commands import (
    NotePaymentFailed,
    NotePaymentRefunded,
    NotePaymentTaken,
    NoteStockReleased,
    NoteStockReserved,
)
from order_service.domain.listings import Listing, RecordListing
from order_service.domain.money import Money
from order_service.filtering import STUCK_AFTER
from order_service.queries import payment_id_of
from tests.integration.order_service.conftest import ADDRESS, OrderService

Order = dict[str, Any]

SORTS: Mapping[str, tuple[Callable[[Order], Any], bool]] = {
    "-created_at": (lambda order: order["id"], True),
    "created_at": (lambda order: order["id"], False),
    "-total": (lambda order: (order["total"], order["id"]), True),
    "total": (lambda order: (order["total"], order["id"]), False),
}


@pytest.fixture
async def orders(service: OrderService) -> list[Order]:
    """Twelve orders of three customers over one or two products; every third is cancelled, every fourth confirmed."""
    for sku, price in {"MUG-1": 1000, "TEA-1": 0}.items():
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": price, "EUR": price})), None)
    await service.sql("DELETE FROM orders")
    for number in range(12):
        lines = [{"sku": "TEA-1", "quantity": 1}, {"sku": "MUG-1", "quantity": number // 3}]
        order = await service.place(
            customer_id=f"c-{number % 3}",
            currency=("USD", "EUR")[number % 2],
            items=[line for line in lines if line["quantity"]],
            shipping_address={**ADDRESS, "email": f"Person{number % 4}@example.org"},
        )
        if number % 3 == 0:
            await service.http.delete(f"/orders/{order['id']}")
        if number % 4 == 0:
            await service.hear(NoteStockReserved(UUID(order["id"]), 1))
            await service.hear(NotePaymentTaken(UUID(order["id"]), 1))
    return (await service.http.get("/orders", params={"limit": 200})).json()["items"]


async def read(service: OrderService, **query: Any) -> list[Order]:
    """All pages, five orders each."""
    items: list[Order] = []
    while True:
        answer = await service.http.get("/orders", params={"limit": 5, **query})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return items
        query["cursor"] = answer.json()["next_cursor"]


def ids(orders: list[Order]) -> list[str]:
    return [order["id"] for order in orders]


@pytest.mark.parametrize("sort", list(SORTS))
async def test_orders_come_in_the_wanted_order_whatever_is_filtered(
    service: OrderService, orders: list[Order], sort: str
) -> None:
    key, backwards = SORTS[sort]
    middle = orders[6]["created_at"]
    choices: list[list[tuple[dict[str, Any], Callable[[Order], bool]]]] = [
        [({}, lambda _: True), ({"customer_id": "c-0"}, lambda o: o["customer_id"] == "c-0")],
        [
            ({}, lambda _: True),
            ({"status": ["PENDING", "CONFIRMED"]}, lambda o: o["status"] in ("PENDING", "CONFIRMED")),
        ],
        [({}, lambda _: True), ({"sku": "MUG-1"}, lambda o: "MUG-1" in {i["sku"] for i in o["items"]})],
        [
            ({}, lambda _: True),
            ({"q": "person1@EXAMPLE.org"}, lambda o: o["shipping_address"]["email"].startswith("Person1")),
        ],
        [
            ({}, lambda _: True),
            ({"created_from": middle}, lambda o: o["created_at"] >= middle),
            ({"created_to": middle}, lambda o: o["created_at"] < middle),
        ],
        [
            ({}, lambda _: True),
            ({"min_total": 1000, "max_total": 2000}, lambda o: 1000 <= o["total"] <= 2000),
        ],
        [({}, lambda _: True), ({"stuck": True}, lambda _: False)],
    ]
    for chosen in product(*choices):
        query = {name: value for part, _ in chosen for name, value in part.items()}
        wanted = [order for order in orders if all(holds(order) for _, holds in chosen)]
        expected = sorted(wanted, key=key, reverse=backwards)
        assert ids(await read(service, sort=sort, **query)) == ids(expected), query


async def test_order_is_found_when_its_number_its_id_or_its_payments_id_is_searched(
    service: OrderService, orders: list[Order]
) -> None:
    order = orders[5]
    payment_id = payment_id_of(UUID(order["id"]))
    number = order["number"]
    for q in (number, number.lower(), number.removeprefix("EF-"), order["id"], str(payment_id)):
        assert await read(service, q=q) == [order], q
    for q in ("EF-000000", "%", "01a1fde5-bab3-7021-ade9-24de9bb3d045", "nobody@example.org", "@", " "):
        assert await read(service, q=q) == [], q
    assert await read(service, q=number, status="FAILED") == []


async def test_email_is_found_no_more_when_the_customers_key_is_destroyed(
    service: OrderService, orders: list[Order]
) -> None:
    assert len(await read(service, q="person2@example.org")) == 3
    await service.sql("DELETE FROM customer_keys WHERE customer_id IN ('c-0', 'c-1', 'c-2')")
    service.clock.ahead += KNOWN_FOR + timedelta(seconds=1)
    assert await read(service, q="person2@example.org") == []
    assert await service.sql("SELECT 1 FROM email_index") == []


async def test_email_is_not_kept_in_clear_when_it_can_be_searched(
    service: OrderService, orders: list[Order]
) -> None:
    rows = await service.sql("SELECT hmac FROM email_index WHERE order_id = :id", id=orders[0]["id"])
    assert [len(row.hmac) for row in rows] == [32]
    assert b"erson" not in rows[0].hmac


async def test_order_is_stuck_when_it_or_its_compensation_stays_unfinished(service: OrderService) -> None:
    await service.hear(RecordListing("MUG-1", 1, Listing("Mug", {"USD": 1000})), None)
    await service.sql("DELETE FROM orders")

    async def placed(price: int = 1000) -> UUID:
        sku = f"AT-{price}"
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": price})), None)
        return UUID((await service.place(items=[{"sku": sku, "quantity": 1}]))["id"])

    async def confirmed(price: int = 1000) -> UUID:
        order_id = await placed(price)
        await service.hear(NoteStockReserved(order_id, 1))
        await service.hear(NotePaymentTaken(order_id, 3))
        return order_id

    async def cancelled(order_id: UUID) -> UUID:
        await service.http.delete(f"/orders/{order_id}")
        await service.hear(NoteStockReleased(order_id, 2))
        return order_id

    pending = await placed()
    half = await placed()
    unpaid_back = await cancelled(await confirmed())
    unreleased = await placed()
    await service.hear(NoteStockReserved(unreleased, 1))
    await service.hear(NotePaymentFailed(unreleased, 3, "declined"))
    at_rest = [await confirmed(), await cancelled(await confirmed(price=0))]
    failed = await placed()
    await service.hear(NotePaymentFailed(failed, 3, "declined"))
    await service.hear(NoteStockReleased(failed, 2))
    at_rest.append(failed)

    assert await read(service, stuck=True) == []
    service.clock.ahead += STUCK_AFTER - timedelta(seconds=100)
    assert await read(service, stuck=True) == []
    service.clock.ahead += timedelta(seconds=101)
    await service.hear(NoteStockReserved(half, 1))
    stuck = {str(order_id) for order_id in (pending, half, unpaid_back, unreleased)}
    assert set(ids(await read(service, stuck=True))) == stuck
    assert set(ids(await read(service, stuck=False))) == {str(order_id) for order_id in at_rest}
    assert ids(await read(service, stuck=True, status="FAILED", sort="total")) == [str(unreleased)]
    await service.hear(NotePaymentRefunded(unpaid_back, 5, Money(1, "USD"), Money(999, "USD")))
    assert set(ids(await read(service, stuck=True))) == stuck - {str(unpaid_back)}


async def test_placeholder_is_not_listed_whatever_is_sorted_or_filtered(
    service: OrderService, orders: list[Order]
) -> None:
    await service.sql("INSERT INTO orders (id) VALUES ('0197f3a0-0000-7000-8000-000000000001')")
    for sort, stuck in product(SORTS, (None, False, True)):
        listed = await read(service, sort=sort, **({} if stuck is None else {"stuck": stuck}))
        assert len(listed) == (0 if stuck else len(orders))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sort", "number"),
        ("q", ""),
        ("q", "x" * 255),
        ("q", "a\x00"),
        ("sku", "mug"),
        ("min_total", -1),
        ("max_total", 10**30),
        ("created_from", "2026-07-01T12:00:00"),
        ("created_from", "1782900000"),
        ("created_to", "9999-12-31T23:59:59-14:00"),
        ("created_to", "0001-01-01T00:00:00+14:00"),
        ("stuck", "perhaps"),
        ("unknown", 1),
    ],
)
async def test_list_is_refused_when_a_filter_is_not_valid(
    service: OrderService, field: str, value: object
) -> None:
    answer = await service.http.get("/orders", params={field: value})  # pyright: ignore[reportArgumentType]
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_list_is_refused_when_the_cursor_is_of_another_sort(
    service: OrderService, orders: list[Order]
) -> None:
    cursor = (await service.http.get("/orders", params={"limit": 1})).json()["next_cursor"]
    answer = await service.http.get("/orders", params={"sort": "total", "cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


async def test_time_bounds_hold_to_the_microsecond_and_take_any_zone(
    service: OrderService, orders: list[Order]
) -> None:
    newest = orders[0]
    at = datetime.fromisoformat(newest["created_at"])
    assert ids(await read(service, created_from=newest["created_at"])) == [newest["id"]]
    assert newest["id"] not in ids(await read(service, created_to=newest["created_at"]))
    later = (at + timedelta(microseconds=1)).isoformat().replace("+00:00", "-00:00")
    assert await read(service, created_from=later) == []
    for extreme in ("0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"):
        assert len(await read(service, created_from=extreme)) == len(orders)
    assert len(await read(service, created_to="9999-12-31T23:59:59Z")) == len(orders)
