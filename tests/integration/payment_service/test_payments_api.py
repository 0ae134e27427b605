"""Payments over HTTP, on a real database."""

from asyncio import gather
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from payment_service.domain.commands import NoteStockRefused
from shared.eventsourcing.ids import derived_id, new_id
from shared.messaging.checkpoint import CHECKPOINT
from tests.integration.payment_service.conftest import Payments, placed


def payment_of(order_id: UUID) -> str:
    return str(derived_id(order_id, "payment"))


async def listed(payments: Payments, **wanted: Any) -> dict[str, Any]:
    answer = await payments.http.get("/payments", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_payment_is_shown_when_the_money_was_taken(payments: Payments) -> None:
    order_id = await payments.taken()

    answer = await payments.http.get(f"/payments/{payment_of(order_id)}")

    assert answer.headers["ETag"] == '"3"'
    body = answer.json()
    assert body == {
        "id": payment_of(order_id),
        "order_id": str(order_id),
        "customer_id": "c-1",
        "status": "COMPLETED",
        "amount": 4498,
        "currency": "USD",
        "method": "pm_card_visa",
        "provider_reference": body["provider_reference"],
        "captured": 4498,
        "refunded_total": 0,
        "refund_pending": 0,
        "cancel_requested": False,
        "failure": None,
        "refunds": [],
        "version": 3,
        "created_at": body["created_at"],
        "updated_at": body["updated_at"],
    }
    assert body["provider_reference"].startswith("ch_")


async def test_the_payment_tells_why_it_failed(payments: Payments) -> None:
    async with payments.charging():
        order_id = await payments.reserved("pm_card_chargeDeclinedExpiredCard")
        await payments.until(order_id, lambda payment: payment.status == "FAILED")
    body = await payments.resource(order_id)
    assert (body["status"], body["captured"]) == ("FAILED", 0)
    assert body["failure"] == {"code": "expired_card", "message": "The card has expired."}


async def test_the_payment_says_processing_while_the_outcome_is_unknown(payments: Payments) -> None:
    body = await payments.resource(await payments.reserved())
    assert (body["status"], body["captured"], body["provider_reference"]) == ("PROCESSING", 0, None)


async def test_not_found_until_the_order_itself_is_heard(payments: Payments) -> None:
    """Race 3 and 4: what was heard too early is remembered, and shows only in what becomes of it."""
    order_id = new_id()
    await payments.cancel(order_id)
    await payments.hear(NoteStockRefused(order_id))
    path = f"/payments/{payment_of(order_id)}"

    for hidden in (path, f"{path}/events", f"{path}/refunds"):
        assert (await payments.http.get(hidden)).status_code == 404
    assert (await payments.refund(order_id)).status_code == 404
    assert (await payments.retry(order_id, str(new_id()))).status_code == 404
    assert (await listed(payments, order_id=order_id))["items"] == []

    await payments.hear(placed(order_id))

    body = await payments.resource(order_id)
    assert (body["status"], body["cancel_requested"], body["version"]) == ("CANCELLED", True, 4)
    assert [one["id"] for one in (await listed(payments, order_id=order_id))["items"]] == [
        payment_of(order_id)
    ]


async def test_not_found_when_nobody_heard_of_the_order(payments: Payments) -> None:
    answer = await payments.http.get(f"/payments/{new_id()}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await payments.http.get("/payments/nonsense")).status_code == 422


async def test_payments_are_found_newest_first_page_by_page(payments: Payments) -> None:
    customer = f"c-{new_id()}"
    orders: list[UUID] = []
    for _ in range(5):
        order_id = new_id()
        command = placed(order_id)
        await payments.hear(
            type(command)(order_id, command.payment_id, customer, command.price, command.method)
        )
        orders.append(order_id)
    await payments.cancel(orders[2])

    pages: list[list[str]] = []
    cursor = None
    while True:
        page = await listed(payments, customer_id=customer, limit=2, **({"cursor": cursor} if cursor else {}))
        pages.append([one["order_id"] for one in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break

    newest_first = [str(order_id) for order_id in reversed(orders)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    cancelled = await listed(payments, customer_id=customer, status="CANCELLED")
    assert [one["order_id"] for one in cancelled["items"]] == [str(orders[2])]
    assert (await listed(payments, order_id=orders[2], status="PENDING"))["items"] == []


async def test_page_is_full_when_newer_orders_are_only_remembered(payments: Payments) -> None:
    orders = [await payments.reserved() for _ in range(2)]
    for _ in range(3):
        await payments.cancel(new_id())
    page = await listed(payments, limit=1)
    assert [one["order_id"] for one in page["items"]] == [str(orders[1])]
    assert page["next_cursor"] is not None


@pytest.mark.parametrize(
    "wanted",
    [{"status": "LOST"}, {"order_id": "1"}, {"limit": 0}, {"limit": 201}, {"cursor": "x"}, {"sku": "MUG-1"}],
)
async def test_unprocessable_when_a_filter_makes_no_sense(payments: Payments, wanted: dict[str, Any]) -> None:
    answer = await payments.http.get("/payments", params=wanted)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == list(wanted)


async def test_history_tells_everything_in_order(payments: Payments) -> None:
    order_id = await payments.taken()
    path = f"/payments/{payment_of(order_id)}/events"
    first = (await payments.http.get(path, params={"limit": 2})).json()
    second = (await payments.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    items = first["items"] + second["items"]

    assert second["next_cursor"] is None
    assert [(item["type"], item["version"]) for item in items] == [
        ("payment.initiated", 1),
        ("payment.charge_requested", 2),
        ("payment.processed", 3),
    ]
    taken = items[2]
    assert taken["data"]["price"] == {"amount": 4498, "currency": "USD"}
    assert taken["actor"] == {"subject": "payment_service", "role": "service"}
    assert taken["correlation_id"] == str(order_id)
    assert taken["causation_id"] == items[1]["id"]
    assert not taken["published"]


async def test_history_tells_what_the_relay_has_published(payments: Payments) -> None:
    order_id = await payments.taken()
    async with payments.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO checkpoints (name, position) SELECT :name, max(position) FROM events"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position"
            ),
            {"name": CHECKPOINT},
        )
    items = (await payments.http.get(f"/payments/{payment_of(order_id)}/events")).json()["items"]
    assert [item["published"] for item in items] == [True, False, True]


async def test_a_refund_is_requested_and_then_done(payments: Payments) -> None:
    order_id = await payments.taken()

    answer = await payments.refund(order_id, 1000)

    assert answer.status_code == 201
    requested = answer.json()
    assert requested == {
        "id": requested["id"],
        "payment_id": payment_of(order_id),
        "order_id": str(order_id),
        "amount": 1000,
        "currency": "USD",
        "status": "REQUESTED",
        "reason": "damaged",
        "failure": None,
        "created_at": requested["created_at"],
        "updated_at": requested["created_at"],
    }
    assert (await payments.resource(order_id))["refund_pending"] == 1000

    async with payments.charging():
        await payments.until(order_id, lambda payment: payment.refunded_total == 1000)

    body = await payments.resource(order_id)
    assert (body["status"], body["refunded_total"], body["refund_pending"]) == ("COMPLETED", 1000, 0)
    refunds = (await payments.http.get(f"/payments/{payment_of(order_id)}/refunds")).json()
    assert refunds == {"items": body["refunds"], "next_cursor": None}
    assert [one["status"] for one in refunds["items"]] == ["SUCCEEDED"]
    asked_for = (await payments.http.get(f"/payments/{payment_of(order_id)}/events")).json()["items"][3]
    assert (asked_for["actor"]["subject"], asked_for["actor"]["role"]) == ("clerk", "staff")
    assert asked_for["type"] == "payment.refund_requested"


async def test_race_23_exactly_the_rest_is_returned_when_no_amount_is_given(payments: Payments) -> None:
    order_id = await payments.taken()
    await payments.refund(order_id, 1000)
    assert (await payments.refund(order_id)).json()["amount"] == 3498
    async with payments.charging():
        await payments.until(order_id, lambda payment: payment.status == "REFUNDED")
    assert (await payments.resource(order_id))["refunded_total"] == 4498


async def test_race_15_one_is_refused_when_two_refunds_at_once_are_more_than_is_left(
    payments: Payments,
) -> None:
    order_id = await payments.taken()
    answers = await gather(payments.refund(order_id, 3000), payments.refund(order_id, 3000))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    (refused,) = [answer.json() for answer in answers if answer.status_code == 422]
    assert refused["type"] == "urn:eventflow:problem:more-than-left"
    assert refused["errors"] == [
        {"field": "amount", "message": "at most 1498 minor units can still be returned"}
    ]
    assert refused["correlation_id"]


async def test_conflict_when_nothing_was_captured(payments: Payments) -> None:
    answer = await payments.refund(await payments.reserved())
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:eventflow:problem:nothing-captured"


async def test_a_failed_refund_is_retried_once(payments: Payments) -> None:
    order_id = await payments.taken("pm_test_refund_fails")
    failed = (await payments.refund(order_id, 1000)).json()
    assert (await payments.retry(order_id, failed["id"])).json()["type"].endswith("refund-not-failed")
    async with payments.charging():
        await payments.until(order_id, lambda payment: payment.refunds_failed == 1)
    (shown,) = (await payments.resource(order_id))["refunds"]
    assert (shown["status"], shown["failure"]["code"]) == ("FAILED", "refund_refused")

    retried = await payments.retry(order_id, failed["id"])
    assert retried.status_code == 201
    assert (retried.json()["status"], retried.json()["amount"]) == ("REQUESTED", 1000)
    assert retried.json()["id"] != failed["id"]
    again = await payments.retry(order_id, failed["id"])
    assert again.status_code == 409
    assert again.json()["type"] == "urn:eventflow:problem:refund-already-retried"
    assert (await payments.retry(order_id, str(new_id()))).status_code == 404

    async with payments.charging():
        await payments.until(order_id, lambda payment: payment.refunded_total == 1000)


async def test_refunds_are_listed_page_by_page(payments: Payments) -> None:
    order_id = await payments.taken()
    for amount in (1, 2, 3):
        await payments.refund(order_id, amount)
    path = f"/payments/{payment_of(order_id)}/refunds"
    first = (await payments.http.get(path, params={"limit": 2})).json()
    second = (await payments.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["amount"] for one in first["items"] + second["items"]] == [1, 2, 3]
    assert second["next_cursor"] is None


async def test_one_refund_when_a_request_is_repeated_with_its_key(payments: Payments) -> None:
    order_id = await payments.taken()
    twins = await gather(*(payments.refund(order_id, 1000, **{"Idempotency-Key": "k-1"}) for _ in range(3)))
    assert [twin.status_code for twin in twins] == [201] * 3
    assert len({twin.json()["id"] for twin in twins}) == 1
    assert sum("Idempotent-Replayed" in twin.headers for twin in twins) == 2
    assert (await payments.resource(order_id))["refund_pending"] == 1000

    other = await payments.refund(order_id, 999, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 422
    assert other.json()["type"] == "urn:eventflow:problem:idempotency-key-reused"


async def test_refusal_is_remembered_when_it_was_given_under_a_key(payments: Payments) -> None:
    order_id = await payments.taken()
    refused = [await payments.refund(order_id, 5000, **{"Idempotency-Key": "k-2"}) for _ in range(2)]
    assert [answer.status_code for answer in refused] == [422, 422]
    assert refused[0].json() == refused[1].json()
    assert refused[1].headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 0, "reason": "damaged"}, "amount"),
        ({"amount": -1, "reason": "damaged"}, "amount"),
        ({"amount": 10.0, "reason": "damaged"}, "amount"),
        ({"amount": "10", "reason": "damaged"}, "amount"),
        ({"amount": 10**12 + 1, "reason": "damaged"}, "amount"),
        ({"amount": 10}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"reason": "damaged", "currency": "EUR"}, "currency"),
    ],
)
async def test_unprocessable_when_a_refund_makes_no_sense(
    payments: Payments, body: dict[str, Any], field: str
) -> None:
    answer = await payments.http.post(f"/payments/{new_id()}/refunds", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
