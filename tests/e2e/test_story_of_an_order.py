"""One order's story at the operator's shell: drawn, explained, and ended by a cancellation."""

import asyncio
from typing import Any

import pytest

from ops.stack.lifecycle import Stack
from tests.e2e.operator import Operator
from tests.e2e.shop import Json, Shop


@pytest.fixture
def operator(stack: Stack) -> Operator:
    return Operator(stack)


def events_of(nodes: list[Json]) -> list[Json]:
    """The tree's events, each before those that it caused."""
    return [event for node in nodes for event in (node, *events_of(node["children"]))]


async def told(operator: Operator, order: Json) -> Json:
    answer = await operator.runs("order", "timeline", order["number"], "--json")
    assert answer.status == 0, answer.remarks
    return answer.document


async def test_story_is_one_tree_with_money_and_stock_when_the_order_is_confirmed(
    operator: Operator, shop: Shop
) -> None:
    sku = await shop.product(5)
    order = await shop.place((sku, 2))
    await shop.ended(order["id"])
    story = await told(operator, order)
    [root] = story["roots"]
    [placed] = root["children"]
    events = events_of([placed])
    moved = [movement for event in events for movement in event["moved"]]
    assert (root["request_of"], placed["type"], placed["offset_ms"]) == ("e2e", "order.created", 0)
    assert {event["type"] for event in events} >= {"payment.processed", "order.confirmed"}
    assert {event["service"] for event in events} == {"order", "payment", "inventory"}
    assert moved == [
        {"how": "reserved", "sku": sku, "quantity": 2},
        {"how": "taken", "amount": order["total"], "currency": "USD"},
    ]


async def test_cancellation_is_a_root_with_its_compensation_when_the_operator_cancels(
    operator: Operator, shop: Shop
) -> None:
    order = await shop.place((await shop.product(5), 1))
    await shop.reaches(order["id"], status="CONFIRMED")
    cancelled = await operator.runs("order", "cancel", order["number"].lower(), "--json")
    assert (cancelled.status, cancelled.document["status"]) == (0, "CANCELLED")
    assert cancelled.document["reason"] == "staff_request"
    await shop.ended(order["id"])
    story = await told(operator, order)
    _, cancel = story["roots"]
    undone = [event["type"] for event in events_of(cancel["children"]) if event["compensation"]]
    assert {"payment.refunded", "reservation.stock_released", "order.money_returned"} <= set(undone)
    drawn = await operator.runs("order", "timeline", order["id"])
    assert "↩ payment.refunded" in drawn.out
    assert max(map(len, drawn.out.splitlines())) <= 80


async def test_status_is_one_when_a_shipped_order_is_to_be_cancelled(operator: Operator, shop: Shop) -> None:
    order = await shop.place((await shop.product(5), 1))
    await shop.reaches(order["id"], status="CONFIRMED")
    for status in ("PROCESSING", "SHIPPED"):
        assert (await shop.step(order["id"], status)).status_code == 200
    refused = await operator.runs("order", "cancel", order["id"])
    assert refused.status == 1
    assert "409" in refused.remarks


async def test_explanation_says_how_it_ended_when_nothing_is_waited_for(
    operator: Operator, shop: Shop
) -> None:
    order = await shop.place((await shop.product(5), 1), payment_method="pm_card_chargeDeclined")
    await shop.ended(order["id"])
    answer = await operator.runs("order", "explain", order["number"])
    assert answer.status == 0, answer.remarks
    assert "Waits for nothing: it ended as FAILED (payment_declined) after" in answer.out


async def test_missing_part_is_named_and_nothing_is_said_to_have_ended_when_a_service_is_down(
    operator: Operator, shop: Shop, stack: Stack
) -> None:
    sku = await shop.product(5)
    await asyncio.to_thread(stack.stop, "payment")
    try:
        order = await shop.place((sku, 1))
        await shop.reaches(order["id"], stock_status="RESERVED")
        story = await operator.runs("order", "timeline", order["number"], "--json")
        explained = await operator.runs("order", "explain", order["number"], "--json")
    finally:
        await asyncio.to_thread(stack.start, "payment")
    assert story.status == explained.status == 1
    assert "payment service did not answer" in story.document["missing"][0]
    obstacles: list[Any] = explained.document["obstacles"]
    assert explained.document["ended"] is None
    assert any(obstacle["text"].startswith("payment is ") for obstacle in obstacles)
    assert all(obstacle["ends"] for obstacle in obstacles)
    await shop.ended(order["id"])


async def test_nobody_is_found_when_there_is_no_such_order(operator: Operator) -> None:
    for command in ("show", "timeline", "explain", "cancel"):
        for reference in ("EF-000000", "01a1fe5d-e1dc-7677-8b5c-8c2144db462a"):
            answer = await operator.runs("order", command, reference)
            assert (answer.status, answer.out) == (1, "")
            assert len(answer.remarks.strip().splitlines()) == 1
