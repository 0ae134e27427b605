"""Who asked, from where and by which request: kept with every event, shown to staff, a customer's address sealed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from order_service.domain.listings import Listing, RecordListing
from shared.eventsourcing.ids import new_id
from shared.http.application import create_application
from shared.identity.callers import CUSTOMER, OPS, STAFF, Role
from tests.integration.order_service.conftest import SIGNER, OrderService, order_input

CUSTOMERS, OFFICE = "203.0.113.9", "198.51.100.7"


@pytest.fixture
async def shop(service: OrderService) -> OrderService:
    for sku in ("MUG-1", "TEA-1"):
        await service.hear(RecordListing(sku, 1, Listing(sku, {"USD": 1000})), None)
    return service


@pytest.fixture
def customer() -> str:
    return f"customer-{new_id()}"


@asynccontextmanager
async def asking(
    shop: OrderService, subject: str, role: Role, address: str
) -> AsyncGenerator[httpx.AsyncClient]:
    """The API as whoever has a token and is connected from there meets it."""
    application = create_application(
        title="orders",
        version="test",
        routers=shop.wiring.routers,
        health_checks=[],
        verifier=SIGNER.verifier(),
    )
    headers = {"X-Correlation-Id": f"{subject}-1", **SIGNER.headers(role, subject)}
    transport = httpx.ASGITransport(application, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://orders", headers=headers) as http:
        yield http


async def placed_and_edited(shop: OrderService, customer: str) -> str:
    """An order that the customer has placed and staff have edited."""
    async with asking(shop, customer, CUSTOMER, CUSTOMERS) as http:
        placed = await http.post("/orders", json=order_input(customer_id=customer))
        assert placed.status_code == 201, placed.text
    path = f"/orders/{placed.json()['id']}"
    async with asking(shop, "s-1", STAFF, OFFICE) as http:
        edited = await http.patch(path, json={"notes": "Ring twice."})
        assert edited.status_code == 200, edited.text
    return path


async def actors(shop: OrderService, path: str, subject: str, role: Role) -> list[dict[str, Any]]:
    async with asking(shop, subject, role, OFFICE) as http:
        return [item["actor"] for item in (await http.get(f"{path}/events")).json()["items"]]


@pytest.mark.parametrize("role", [STAFF, OPS])
async def test_origins_are_shown_when_staff_or_operations_ask(
    shop: OrderService, customer: str, role: Role
) -> None:
    path = await placed_and_edited(shop, customer)
    by_customer = {
        "subject": customer,
        "role": "customer",
        "address": CUSTOMERS,
        "request_id": f"{customer}-1",
    }
    by_staff = {"subject": "s-1", "role": "staff", "address": OFFICE, "request_id": "s-1-1"}
    assert await actors(shop, path, "s-2", role) == [by_customer, by_staff]


async def test_origins_are_absent_when_a_customer_asks(shop: OrderService, customer: str) -> None:
    path = await placed_and_edited(shop, customer)
    assert await actors(shop, path, customer, CUSTOMER) == [
        {"subject": customer, "role": "customer"},
        {"subject": "s-1", "role": "staff"},
    ]


async def test_customers_address_is_sealed_and_staffs_is_not_when_events_are_stored(
    shop: OrderService, customer: str
) -> None:
    path = await placed_and_edited(shop, customer)
    stored = await shop.sql(
        "SELECT metadata->>'address' AS address, metadata->>'request_id' AS request_id FROM events"
        " WHERE stream = :stream ORDER BY version",
        stream=path.replace("/orders/", "order-"),
    )
    assert stored[0].address.startswith("s1:")
    assert [(row.address, row.request_id) for row in stored[1:]] == [(OFFICE, "s-1-1")]
    assert stored[0].request_id == f"{customer}-1"


async def test_customers_address_is_unreadable_and_staffs_is_not_when_the_customer_was_erased(
    shop: OrderService, customer: str
) -> None:
    path = await placed_and_edited(shop, customer)
    async with asking(shop, "s-1", STAFF, OFFICE) as http:
        done = (await http.delete(f"/customers/{customer}/personal-data")).json()
    assert done["unreadable"]["network_addresses"] == 1
    assert [actor["address"] for actor in await actors(shop, path, "s-1", STAFF)] == [None, OFFICE]
    [kept] = await shop.sql("SELECT * FROM erasures WHERE customer_id = :id", id=customer)
    assert (kept.subject, kept.role, kept.address, kept.request_id) == ("s-1", "staff", OFFICE, "s-1-1")


async def test_refusal_is_in_the_security_log_when_a_customer_asks_for_what_is_another_ones(
    shop: OrderService, customer: str
) -> None:
    path = await placed_and_edited(shop, customer)
    with capture_logs() as lines:
        async with asking(shop, f"{customer}-too", CUSTOMER, CUSTOMERS) as http:
            assert (await http.get(path)).status_code == 404
            assert (await http.get(f"/orders/{new_id()}")).status_code == 404
            assert (await http.delete(f"/customers/{customer}/personal-data")).status_code == 403
    told = [line for line in lines if line.get("log") == "security"]
    assert [(line["reason"], line["status"], line["path"]) for line in told] == [
        ("not_theirs", 404, path),
        ("wrong_role", 403, f"/customers/{customer}/personal-data"),
    ]
    assert {(line["subject"], line["address"]) for line in told} == {(f"{customer}-too", None)}


async def test_order_is_sealed_again_when_its_customer_was_erased_while_another_process_knows_the_key(
    shop: OrderService, customer: str
) -> None:
    """Nothing but the address is personal in it."""
    await placed_and_edited(shop, customer)
    await shop.sql("DELETE FROM customer_keys WHERE customer_id = :id", id=customer)
    path = await placed_and_edited(shop, customer)
    assert (await actors(shop, path, "s-1", STAFF))[0]["address"] == CUSTOMERS
