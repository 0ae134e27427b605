"""Requests that come again: with an Idempotency-Key, with If-Match, and twice at once on two processes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from secrets import token_hex

import httpx
import pytest

from ops.stack.lifecycle import Stack
from ops.stack.services import PROCESSES
from tests.e2e.processes import connected_to, pids_of
from tests.e2e.shop import Json, Shop, client_of, shown
from tests.e2e.test_bad_input import assert_problem

TWINS = 20


def keyed(key: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": key or token_hex(8)}


async def test_first_answer_comes_again_when_the_same_order_is_sent_again(shop: Shop) -> None:
    body, headers = shop.order_input((await shop.product(5), 1)), keyed()
    first = await shop.orders.post("/orders", json=body, headers=headers)
    await shop.ended(first.json()["id"])
    reordered = dict(reversed(body.items()))
    again = await shop.orders.post("/orders", json=reordered, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_key_is_refused_when_it_comes_with_another_body(shop: Shop) -> None:
    sku, headers = await shop.product(5), keyed()
    await shop.orders.post("/orders", json=shop.order_input((sku, 1)), headers=headers)
    other = await shop.orders.post("/orders", json=shop.order_input((sku, 2)), headers=headers)
    assert_problem(other, 422, "idempotency-key-reused", "Idempotency-Key")


async def test_keys_are_apart_when_customers_differ(shop: Shop) -> None:
    sku, headers = await shop.product(5), keyed()
    placed: list[httpx.Response] = []
    for who in ("ada", "bob"):
        async with client_of(shop.site, "order", role="customer", subject=who) as customer:
            body = shop.order_input((sku, 1), customer_id=who)
            placed.append(await customer.post("/orders", json=body, headers=headers))
    assert [answer.status_code for answer in placed] == [201, 201]
    assert placed[0].json()["id"] != placed[1].json()["id"]


async def test_refusal_is_remembered_and_bad_input_is_not_when_a_key_is_used_again(shop: Shop) -> None:
    sku, headers = f"LATER-{token_hex(4).upper()}", keyed()
    body = shop.order_input((sku, 1))
    bad = await shop.orders.post("/orders", json={**body, "currency": "?"}, headers=headers)
    refused = await shop.orders.post("/orders", json=body, headers=headers)
    await shop.product(1, sku=sku)
    again = await shop.orders.post("/orders", json=body, headers=headers)
    assert_problem(bad, 422, "invalid-input", "currency")
    assert_problem(refused, 422, "not-orderable", "items.0.sku")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (422, "true")
    assert again.json() == refused.json()


async def test_one_of_each_is_made_when_products_stock_and_refunds_are_sent_again(shop: Shop) -> None:
    sku, product_key, stock_key, refund_key = (f"TWICE-{token_hex(4).upper()}", keyed(), keyed(), keyed())
    product: Json = {"sku": sku, "name": "Twice", "prices": {"USD": 100}}
    delta: Json = {"delta": 3, "reason": "counted"}
    for _ in range(2):
        assert (await shop.inventory.post("/products", json=product, headers=product_key)).status_code == 201
        path = f"/products/{sku}/adjustments"
        assert (await shop.inventory.post(path, json=delta, headers=stock_key)).status_code == 201
    assert await shop.stock(sku) == (3, 0)
    without_key = await shop.inventory.post("/products", json=product)
    assert_problem(without_key, 409, "product-exists")

    await shop.orderable(sku, "USD")
    order = await shop.place((sku, 1))
    await shop.reaches(order["id"], status="CONFIRMED")
    payment = await shop.payment(order["id"])
    path, part = f"/payments/{payment['id']}/refunds", {"amount": 30, "reason": "scratched"}
    answers = [await shop.payments.post(path, json=part, headers=refund_key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len((await shop.payment(order["id"]))["refunds"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "t\u00e9"])
async def test_key_is_refused_when_it_is_no_key(shop: Shop, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode())]
    for service, path in (("order", "/orders"), ("inventory", "/products")):
        answer = await shop.clients[service].post(path, json={}, headers=headers)
        assert_problem(answer, 422, "invalid-input", "Idempotency-Key")


async def test_one_order_is_placed_when_twins_arrive_at_two_processes_at_once(
    shop: Shop, stack: Stack
) -> None:
    """Race 17."""
    sku = await shop.product(1_000)
    async with one_client_per_process(stack) as (one, other):
        for number in range(TWINS):
            body, headers = shop.order_input((sku, 1), customer_id=f"twin-{sku}"), keyed()
            first, second = await asyncio.gather(
                one.post("/orders", json=body, headers=headers),
                other.post("/orders", json=body, headers=headers),
            )
            assert (first.status_code, second.status_code) == (201, 201), first.text + second.text
            assert first.json() == second.json()
            replayed = [answer.headers.get("Idempotent-Replayed") for answer in (first, second)]
            assert sorted(replayed, key=str) == [None, "true"], f"pair {number}: {replayed}"
    listed = await shown(shop.orders, f"/orders?customer_id=twin-{sku}&limit=200")
    assert len(listed["items"]) == TWINS


async def test_stale_version_is_refused_when_a_client_says_what_it_has_seen(shop: Shop) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 1))
    order = await shop.reaches(order["id"], status="CONFIRMED")
    seen = await shop.orders.get(f"/orders/{order['id']}")
    assert seen.headers["ETag"] == f'"{seen.json()["version"]}"'

    async def cancel(if_match: str) -> httpx.Response:
        return await shop.orders.delete(f"/orders/{order['id']}", headers={"If-Match": if_match})

    assert_problem(await cancel('"1"'), 412, "precondition-failed")
    assert_problem(await cancel(f"W/{seen.headers['ETag']}"), 412, "precondition-failed")
    assert_problem(await cancel("nonsense"), 422, "invalid-input", "If-Match")
    assert (await shop.order(order["id"]))["status"] == "CONFIRMED"
    assert (await cancel(seen.headers["ETag"])).status_code == 202

    product = await shop.inventory.get(f"/products/{sku}")
    change = {"name": "Renamed"}
    stale = await shop.inventory.patch(f"/products/{sku}", json=change, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition-failed")
    for tag in (product.headers["ETag"], "*"):
        changed = await shop.inventory.patch(f"/products/{sku}", json=change, headers={"If-Match": tag})
        assert changed.status_code == 200, changed.text


@asynccontextmanager
async def one_client_per_process(stack: Stack) -> AsyncGenerator[list[httpx.AsyncClient]]:
    """A client for each process of the order service, on the one connection that the kernel gave to that process."""
    pids = await pids_of(stack, *PROCESSES["order"])
    found: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as opened:
        while len(found) < len(pids):
            client = client_of(stack.site(), "order", connections=1)
            await opened.enter_async_context(client)
            answer = await client.get("/health/live")
            _, port = answer.extensions["network_stream"].get_extra_info("client_addr")
            found.setdefault(connected_to(port, pids), client)
        yield list(found.values())
