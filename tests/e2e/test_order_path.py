"""The way of one order, from its POST to its end, as clients see it."""

import asyncio

import pytest

from tests.e2e.shop import PRICES, Json, Shop, has_ended, shown
from tests.e2e.waiting import NotYet, until

PRICE = PRICES["USD"]


async def test_order_is_confirmed_when_stock_and_money_are_there(shop: Shop) -> None:
    kettle, mug = await shop.product(10), await shop.product(10)
    placed = await shop.orders.post("/orders", json=shop.order_input((kettle, 2), (mug, 1)))
    order_id = placed.json()["id"]
    assert placed.status_code == 201
    assert placed.headers["Location"] == f"/orders/{order_id}"
    assert (placed.json()["status"], placed.headers["ETag"]) == ("PENDING", '"1"')

    order = await shop.ended(order_id)
    assert (order["status"], order["payment_status"], order["stock_status"]) == (
        "CONFIRMED",
        "COMPLETED",
        "RESERVED",
    )
    assert (order["total"], order["refunded_total"], order["reason"]) == (3 * PRICE, 0, None)
    assert [(item["sku"], item["quantity"], item["line_total"]) for item in order["items"]] == [
        (kettle, 2, 2 * PRICE),
        (mug, 1, PRICE),
    ]
    payment = await shop.payment(order_id)
    assert (payment["status"], payment["captured"], payment["refunds"]) == ("COMPLETED", 3 * PRICE, [])
    assert payment["provider_reference"]
    reservation = await shop.reservation(order_id)
    assert reservation["lines"] == [{"sku": kettle, "quantity": 2}, {"sku": mug, "quantity": 1}]
    assert (await shop.stock(kettle), await shop.stock(mug)) == ((10, 2), (10, 1))


@pytest.mark.parametrize("method", ["pm_test_timeout", "pm_test_error_then_ok", "pm_test_slow"])
async def test_order_is_charged_once_when_the_provider_has_a_mishap(shop: Shop, method: str) -> None:
    order = await shop.place((await shop.product(5), 1), payment_method=method, currency="EUR")
    order = await shop.ended(order["id"])
    assert (order["status"], order["currency"]) == ("CONFIRMED", "EUR")
    payment = await shop.payment(order["id"])
    assert (payment["captured"], payment["currency"]) == (PRICES["EUR"], "EUR")


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_something_else", "invalid_payment_method"),
    ],
)
async def test_stock_is_given_back_when_the_card_is_declined(shop: Shop, method: str, code: str) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 5), payment_method=method)
    order = await shop.ended(order["id"])
    assert (order["status"], order["reason"]) == ("FAILED", "payment_declined")
    assert (order["payment_status"], order["stock_status"]) == ("FAILED", "RELEASED")
    payment = await shop.payment(order["id"])
    assert (payment["status"], payment["failure"]["code"], payment["captured"]) == ("FAILED", code, 0)
    assert order["note"] == payment["failure"]["message"]
    assert (await shop.reservation(order["id"]))["status"] == "RELEASED"
    assert await shop.stock(sku) == (5, 0)


async def test_nothing_is_charged_when_one_line_is_out_of_stock(shop: Shop) -> None:
    there, short = await shop.product(5), await shop.product(1)
    order = await shop.place((there, 1), (short, 2))
    order = await shop.ended(order["id"])
    assert (order["status"], order["reason"]) == ("FAILED", "out_of_stock")
    assert (order["payment_status"], order["stock_status"]) == ("CANCELLED", "REJECTED")
    assert short in order["note"]
    assert there not in order["note"]
    payment = await shop.payment(order["id"])
    assert (payment["status"], payment["captured"]) == ("CANCELLED", 0)
    assert (await shop.stock(there), await shop.stock(short)) == ((5, 0), (1, 0))


async def test_one_order_gets_it_when_two_want_the_last_unit(shop: Shop) -> None:
    sku = await shop.product(1)
    placed = await asyncio.gather(shop.place((sku, 1)), shop.place((sku, 1)))
    ended = await asyncio.gather(*(shop.ended(order["id"]) for order in placed))
    assert sorted(order["status"] for order in ended) == ["CONFIRMED", "FAILED"]
    assert await shop.stock(sku) == (1, 1)


async def test_quantities_add_up_when_a_sku_is_on_two_lines(shop: Shop) -> None:
    sku = await shop.product(3)
    order = await shop.place((sku, 2), (sku, 2))
    assert (await shop.ended(order["id"]))["reason"] == "out_of_stock"
    order = await shop.place((sku, 2), (sku, 1))
    assert (await shop.ended(order["id"]))["status"] == "CONFIRMED"
    assert await shop.stock(sku) == (3, 3)


async def test_nothing_is_kept_when_a_pending_order_is_cancelled(shop: Shop) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 5), payment_method="pm_test_slow")
    cancelled = await shop.cancel(order["id"])
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "CANCELLED")
    order = await shop.ended(order["id"])
    assert (order["status"], order["reason"], order["stock_status"]) == (
        "CANCELLED",
        "customer_request",
        "RELEASED",
    )
    payment = await shop.payment(order["id"])
    assert payment["captured"] == payment["refunded_total"]
    assert (payment["status"], payment["cancel_requested"]) in (("CANCELLED", True), ("REFUNDED", True))
    assert await shop.stock(sku) == (5, 0)


async def test_charge_is_refunded_when_cancelled_while_the_provider_is_charging(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1), payment_method="pm_test_slow")

    async def charging() -> None:
        answer = await shop.payments.get("/payments", params={"order_id": order["id"]})
        found = [payment["status"] for payment in answer.json()["items"]]
        if found != ["PROCESSING"]:
            raise NotYet(f"payments are {found}")

    await until("the provider is being asked", charging, within=10)
    assert (await shop.cancel(order["id"])).status_code == 202
    order = await shop.ended(order["id"])
    assert (order["status"], order["payment_status"]) == ("CANCELLED", "REFUNDED")
    assert order["refunded_total"] == order["total"] == PRICE


async def test_everything_is_returned_when_a_confirmed_order_is_cancelled(shop: Shop) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 2))
    await shop.reaches(order["id"], status="CONFIRMED")
    assert (await shop.cancel(order["id"], "staff_request")).status_code == 202
    order = await shop.ended(order["id"])
    assert (order["status"], order["reason"]) == ("CANCELLED", "staff_request")
    assert (order["payment_status"], order["stock_status"]) == ("REFUNDED", "RELEASED")
    assert order["refunded_total"] == order["total"] == 2 * PRICE
    payment = await shop.payment(order["id"])
    assert [(refund["status"], refund["amount"]) for refund in payment["refunds"]] == [
        ("SUCCEEDED", 2 * PRICE)
    ]
    assert await shop.stock(sku) == (5, 0)
    repeated = await shop.cancel(order["id"])
    assert (repeated.status_code, repeated.json()["reason"]) == (200, "staff_request")


async def test_refund_is_tried_again_when_the_provider_refuses_the_first(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1), payment_method="pm_test_refund_fails")
    await shop.reaches(order["id"], status="CONFIRMED")
    await shop.cancel(order["id"])
    await shop.reaches(order["id"], payment_status="REFUND_FAILED")
    order = await shop.reaches(order["id"], payment_status="REFUNDED")
    assert order["refunded_total"] == order["total"]
    refunds = (await shop.payment(order["id"]))["refunds"]
    assert [refund["status"] for refund in refunds] == ["FAILED", "SUCCEEDED"]


async def test_stock_leaves_when_the_order_is_shipped(shop: Shop) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 2))
    order_id = order["id"]
    await shop.reaches(order_id, status="CONFIRMED")
    assert (await shop.step(order_id, "SHIPPED")).status_code == 409
    assert (await shop.step(order_id, "PROCESSING")).status_code == 200
    shipped = await shop.step(order_id, "SHIPPED", tracking_number="TRACK-1")
    assert (shipped.status_code, shipped.json()["tracking_number"]) == (200, "TRACK-1")
    assert (await shop.step(order_id, "SHIPPED", tracking_number="TRACK-1")).status_code == 200

    async def left() -> None:
        if (stock := await shop.stock(sku)) != (3, 0):
            raise NotYet(f"on hand and reserved are {stock}")

    await until("the stock has left", left, within=10)
    assert (await shop.reservation(order_id))["status"] == "FULFILLED"
    assert (await shop.cancel(order_id)).status_code == 409
    assert (await shop.step(order_id, "DELIVERED")).status_code == 200
    order = await shop.order(order_id)
    assert (order["status"], order["stock_status"], order["payment_status"]) == (
        "DELIVERED",
        "FULFILLED",
        "COMPLETED",
    )


async def test_order_shows_what_was_refunded_when_staff_return_money(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 2))
    await shop.reaches(order["id"], status="CONFIRMED")
    payment = await shop.payment(order["id"])
    refunds = f"/payments/{payment['id']}/refunds"

    partial = {"amount": 1000, "reason": "scratched"}
    asked = await asyncio.gather(
        *(shop.payments.post(refunds, json={**partial, "amount": 2 * PRICE - 1000}) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in asked) == [201, 422]
    order = await shop.reaches(order["id"], payment_status="COMPLETED", within=10)

    rest = await shop.payments.post(refunds, json={"reason": "returned"})
    assert (rest.status_code, rest.json()["amount"], rest.json()["status"]) == (201, 1000, "REQUESTED")
    order = await shop.reaches(order["id"], payment_status="REFUNDED")
    assert (order["refunded_total"], order["status"]) == (2 * PRICE, "CONFIRMED")
    assert (await shop.payments.post(refunds, json=partial)).status_code == 422


async def test_histories_tell_who_caused_what_when_an_order_is_confirmed(shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1), customer_id="ada")
    order_id = order["id"]
    await shop.reaches(order_id, status="CONFIRMED")
    payment = await shop.payment(order_id)

    async def all_told() -> list[Json]:
        history = await shop.history(order_id)
        if not history[-1]["published"]:
            raise NotYet(f"{history[-1]['type']} is not")
        return history

    history = await until("the last event is published", all_told, within=5)
    assert [item["version"] for item in history] == list(range(1, len(history) + 1))
    own = {item["type"]: item for item in history}
    held = {
        item["type"]: item for item in await _items(shop, "inventory", f"/reservations/{order_id}/events")
    }
    paid = {item["type"]: item for item in await _items(shop, "payment", f"/payments/{payment['id']}/events")}

    assert own.keys() == {
        "order.created",
        "order.stock_secured",
        "order.payment_received",
        "order.confirmed",
    }
    assert {item["type"] for item in history if item["published"]} == {"order.created", "order.confirmed"}
    assert {item["correlation_id"] for item in (*history, *held.values(), *paid.values())} == {order_id}
    placed_by = own["order.created"]["actor"]
    assert (placed_by["subject"], placed_by["role"], placed_by["address"]) == ("e2e", "staff", "127.0.0.1")
    assert own["order.confirmed"]["actor"] == {"subject": "order_service", "role": "service"}
    assert paid["payment.processed"]["actor"] == {"subject": "payment_service", "role": "service"}

    causes = {
        held["reservation.stock_reserved"]["causation_id"]: own["order.created"]["id"],
        paid["payment.initiated"]["causation_id"]: own["order.created"]["id"],
        paid["payment.charge_requested"]["causation_id"]: held["reservation.stock_reserved"]["id"],
        paid["payment.processed"]["causation_id"]: paid["payment.charge_requested"]["id"],
        own["order.stock_secured"]["causation_id"]: held["reservation.stock_reserved"]["id"],
        own["order.payment_received"]["causation_id"]: paid["payment.processed"]["id"],
    }
    assert all(named == actual for named, actual in causes.items()), causes


async def test_orders_are_listed_newest_first_when_paged_and_filtered(shop: Shop) -> None:
    sku = await shop.product(2)
    placed = [await shop.place((sku, 1), customer_id=f"lists-{sku}") for _ in range(4)]
    ended = [await shop.ended(order["id"]) for order in placed]
    assert all(has_ended(order) for order in ended)
    first = await shown(shop.orders, f"/orders?customer_id=lists-{sku}&limit=3")
    second = await shown(
        shop.orders, f"/orders?customer_id=lists-{sku}&limit=3&cursor={first['next_cursor']}"
    )
    listed = [order["id"] for page in (first, second) for order in page["items"]]
    assert listed == [order["id"] for order in reversed(placed)]
    assert second["next_cursor"] is None
    failed = await shown(shop.orders, f"/orders?customer_id=lists-{sku}&status=FAILED&status=CANCELLED")
    assert {order["reason"] for order in failed["items"]} == {"out_of_stock"}
    assert len(failed["items"]) == 2


async def _items(shop: Shop, service: str, path: str) -> list[Json]:
    return (await shown(shop.clients[service], path))["items"]
