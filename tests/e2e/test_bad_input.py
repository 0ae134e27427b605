"""What all three services answer to input that they cannot take: always a problem, and always the right one."""

from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import httpx
import pytest

from tests.e2e.shop import Json, Shop

SERVICES = ("order", "payment", "inventory")
UNKNOWN = "01890000-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}

# A path that takes a body, a body that it takes, and the field of it that is text.
PATHS = {"order": "/orders", "payment": f"/payments/{UNKNOWN}/refunds", "inventory": "/products"}
TEXTS = {"order": "customer_id", "payment": "reason", "inventory": "name"}
LISTS = {"order": "/orders", "payment": "/payments", "inventory": "/products"}


def body_for(service: str, **changes: Any) -> Json:
    bodies: dict[str, Json] = {
        "order": Shop.order_input(("NO-SUCH-SKU", 1)),
        "payment": {"reason": "returned"},
        "inventory": {"sku": f"BAD-{token_hex(4).upper()}", "name": "Bad", "prices": {"USD": 1}},
    }
    return {**bodies[service], **changes}


def assert_problem(answer: httpx.Response, status: int, slug: str, *fields: str) -> None:
    """It is that problem, in the shape of RFC 9457, and names these fields."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"urn:eventflow:problem:{slug}", problem
    path = answer.request.url.raw_path.decode().partition("?")[0]
    assert (problem["status"], problem["instance"]) == (status, path)
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]
    assert problem["title"]
    assert problem["detail"]
    named = [error["field"] for error in problem.get("errors", [])]
    assert set(fields) <= set(named), problem


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "content",
    [b"{", b"", b'{"a": 1,}', b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": 1} x'],
    ids=["cut", "empty", "comma", "nan", "latin-1", "trailing"],
)
async def test_answer_is_400_or_422_when_the_json_is_malformed(
    shop: Shop, service: str, content: bytes
) -> None:
    answer = await shop.clients[service].post(PATHS[service], content=content, headers=JSON)
    if content:
        assert_problem(answer, 400, "malformed-request")
    else:
        assert_problem(answer, 422, "invalid-input")


@pytest.mark.parametrize("service", SERVICES)
async def test_answer_is_422_when_the_body_is_no_object(shop: Shop, service: str) -> None:
    for content in (b"[]", b"null", b'"text"', b"1"):
        answer = await shop.clients[service].post(PATHS[service], content=content, headers=JSON)
        assert_problem(answer, 422, "invalid-input")


@pytest.mark.parametrize("service", SERVICES)
async def test_answer_is_422_and_names_it_when_a_field_is_unknown(shop: Shop, service: str) -> None:
    answer = await shop.clients[service].post(PATHS[service], json=body_for(service, is_admin=True))
    assert_problem(answer, 422, "invalid-input", "is_admin")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\n", "\x7f"], ids=repr)
async def test_answer_is_422_and_names_it_when_text_has_control_characters(
    shop: Shop, service: str, character: str
) -> None:
    field, client = TEXTS[service], shop.clients[service]
    body = body_for(service, **{field: f"a{character}b"})
    assert_problem(await client.post(PATHS[service], json=body), 422, "invalid-input", field)
    assert_problem(await client.get(LISTS[service], params={"q": f"a{character}"}), 422, "invalid-input", "q")
    path = f"{LISTS[service]}/A%{ord(character):02X}"
    assert_problem(await client.get(path), 422, "invalid-input", "path")


@pytest.mark.parametrize("service", SERVICES)
async def test_answer_is_413_when_the_body_is_too_large(shop: Shop, service: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(257):
            yield b" " * 1024

    client = shop.clients[service]
    announced = await client.post(PATHS[service], content=b" " * (256 * 1024 + 1), headers=JSON)
    assert_problem(announced, 413, "content-too-large")
    assert_problem(
        await client.post(PATHS[service], content=chunks(), headers=JSON), 413, "content-too-large"
    )


@pytest.mark.parametrize("service", SERVICES)
async def test_answer_is_415_when_the_body_is_not_declared_as_json(shop: Shop, service: str) -> None:
    answer = await shop.clients[service].post(
        PATHS[service], content=b'{"reason": "x"}', headers={"Content-Type": "text/plain"}
    )
    assert_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("service", SERVICES)
async def test_answer_is_404_or_405_when_nothing_is_there(shop: Shop, service: str) -> None:
    client = shop.clients[service]
    assert_problem(await client.get("/nothing/here"), 404, "not-found")
    for path in {
        "order": (f"/orders/{UNKNOWN}", f"/orders/{UNKNOWN}/events"),
        "payment": (f"/payments/{UNKNOWN}", f"/payments/{UNKNOWN}/events", f"/payments/{UNKNOWN}/refunds"),
        "inventory": ("/products/NONE", "/products/NONE/movements", f"/reservations/{UNKNOWN}"),
    }[service]:
        assert_problem(await client.get(path), 404, "not-found")
    refused = await client.put(LISTS[service], json={})
    assert_problem(refused, 405, "method-not-allowed")
    assert "GET" in refused.headers["Allow"]


async def test_answer_is_404_when_what_is_to_be_changed_is_not_there(shop: Shop) -> None:
    for answer in (
        await shop.cancel(UNKNOWN),
        await shop.step(UNKNOWN, "PROCESSING"),
        await shop.payments.post(PATHS["payment"], json={"reason": "returned"}),
        await shop.inventory.patch("/products/NONE", json={"name": "None"}),
        await shop.inventory.post("/products/NONE/adjustments", json={"delta": 1, "reason": "counted"}),
    ):
        assert_problem(answer, 404, "not-found")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=1.5", "limit"),
        ("cursor=!!!", "cursor"),
        ("cursor=bm9uc2Vuc2U", "cursor"),
        ("cursor=eyJhIjoxfQ", "cursor"),
        ("status=SLEEPING", "status"),
    ],
)
async def test_answer_is_422_and_names_it_when_a_parameter_is_bad(
    shop: Shop, service: str, query: str, field: str
) -> None:
    answer = await shop.clients[service].get(f"{LISTS[service]}?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].split(".")[0] == field


@pytest.mark.parametrize(
    ("path", "service"),
    [("/orders/1", "order"), ("/payments/1", "payment"), ("/reservations/1", "inventory")],
)
async def test_answer_is_422_when_an_id_is_no_uuid(shop: Shop, path: str, service: str) -> None:
    assert_problem(await shop.clients[service].get(path), 422, "invalid-input")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"sku": "A", "quantity": 1}] * 101}, "items"),
        ({"items": [{"sku": "A", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"sku": "A", "quantity": 10_001}]}, "items.0.quantity"),
        ({"items": [{"sku": "A", "quantity": "1"}]}, "items.0.quantity"),
        ({"items": [{"sku": "A", "quantity": 1.0}]}, "items.0.quantity"),
        ({"items": [{"sku": "A", "quantity": True}]}, "items.0.quantity"),
        ({"items": [{"sku": "a", "quantity": 1}]}, "items.0.sku"),
        ({"items": [{"sku": "A" * 65, "quantity": 1}]}, "items.0.sku"),
        ({"items": [{"sku": "A", "quantity": 1, "unit_price": 1}]}, "items.0.unit_price"),
        ({"items": [{"sku": "A", "quantity": 1, "expected_unit_price": -1}]}, "items.0.expected_unit_price"),
        ({"currency": "usd"}, "currency"),
        ({"currency": None}, "currency"),
        ({"payment_method": "visa"}, "payment_method"),
        ({"payment_method": "pm_" + "x" * 65}, "payment_method"),
        ({"customer_id": ""}, "customer_id"),
        ({"customer_id": 7}, "customer_id"),
        ({"notes": "x" * 501}, "notes"),
        ({"shipping_address": {"name": "Ada"}}, "shipping_address.city"),
        ({"total": 1}, "total"),
    ],
)
async def test_order_is_refused_and_the_field_named_when_it_is_not_as_it_should_be(
    shop: Shop, changes: Json, field: str
) -> None:
    answer = await shop.orders.post("/orders", json=body_for("order", **changes))
    assert_problem(answer, 422, "invalid-input", field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sku": "lower"}, "sku"),
        ({"name": " "}, "name"),
        ({"prices": {}}, "prices"),
        ({"prices": {"USD": -1}}, "prices.USD"),
        ({"prices": {"USD": "1"}}, "prices.USD"),
        ({"low_stock_threshold": -1}, "low_stock_threshold"),
        ({"on_hand": 5}, "on_hand"),
    ],
)
async def test_product_is_refused_and_the_field_named_when_it_is_not_as_it_should_be(
    shop: Shop, changes: Json, field: str
) -> None:
    answer = await shop.inventory.post("/products", json=body_for("inventory", **changes))
    assert_problem(answer, 422, "invalid-input", field)


async def test_lines_at_fault_are_named_when_some_cannot_be_ordered(shop: Shop) -> None:
    known, in_euros = await shop.product(1), await shop.product(1, prices={"EUR": 100})
    wanted = shop.order_input((known, 1), ("NO-SUCH-SKU", 1), (in_euros, 1))
    answer = await shop.orders.post("/orders", json=wanted)
    assert_problem(answer, 422, "not-orderable", "items.1.sku", "items.2.sku")
    messages = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert "NO-SUCH-SKU" in messages["items.1.sku"]
    assert "USD" in messages["items.2.sku"]
    assert "items.0.sku" not in messages


async def test_order_is_refused_when_its_total_is_too_large(shop: Shop) -> None:
    dear = await shop.product(2, prices={"USD": 10**12})
    assert (await shop.place((dear, 1)))["total"] == 10**12
    answer = await shop.orders.post("/orders", json=shop.order_input((dear, 2)))
    assert_problem(answer, 422, "total-too-large", "items")


async def test_stock_stays_when_less_would_be_left_than_is_reserved(shop: Shop) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 4))
    await shop.reaches(order["id"], status="CONFIRMED")
    answer = await shop.inventory.post(
        f"/products/{sku}/adjustments", json={"delta": -2, "reason": "counted"}
    )
    assert_problem(answer, 409, "below-reserved")
    assert await shop.stock(sku) == (5, 4)
