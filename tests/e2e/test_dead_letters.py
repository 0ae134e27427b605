"""What could not be handled, operated from REST and shell: seen, rehearsed, replayed with its real end, discarded by name."""

import json
from secrets import token_hex

import pytest

from ops.stack.lifecycle import Stack
from tests.e2e.commands import eventflow
from tests.e2e.losing import bury, letters_of, losing
from tests.e2e.operator import Operator
from tests.e2e.shop import Shop


@pytest.fixture
def operator(stack: Stack) -> Operator:
    return Operator(stack)


async def test_lost_event_takes_effect_once_when_its_letter_is_replayed(
    shop: Shop, stack: Stack, operator: Operator
) -> None:
    error = f"RuntimeError: {token_hex(4)} could not be listed"
    async with losing(shop.site, "inventory_exchange", "inventory.updated", "order") as lost:
        sku = f"LOST-{token_hex(4).upper()}"
        product = {"sku": sku, "name": "Lost", "prices": {"USD": 100}}
        assert (await shop.inventory.post("/products", json=product)).status_code == 201
        event = await lost.event_about(sku)
    await bury(shop.site, "order", [json.dumps([event]).encode()], error)
    [letter] = await letters_of(shop, "order", error, 1)
    assert (letter["event_id"], letter["type"], letter["attempts"]) == (event["id"], "inventory.updated", 4)

    listed = await operator.runs("dlq", "list", "--service", "order", "--json")
    assert listed.status == 1
    assert letter["error_group"] in {group["error_group"] for group in listed.document["groups"]}
    shown = await operator.runs("dlq", "show", letter["id"], "--json")
    assert (shown.status, shown.document["event"]) == (0, event)

    rehearsed = await operator.runs("dlq", "replay", letter["id"], "--dry-run")
    assert rehearsed.status == 0, rehearsed.remarks
    assert f"listings {sku}, version 0 -> 1" in rehearsed.out
    refused = await shop.orders.post("/orders", json=shop.order_input((sku, 1)))
    assert refused.status_code == 422, refused.text

    replayed = await operator.runs("dlq", "replay", letter["id"], "--json")
    assert (replayed.status, [one["outcome"] for one in replayed.document["results"]]) == (
        0,
        ["took_effect"],
    )
    await shop.orderable(sku, "USD")
    again = await shop.operators["order"].post(f"/dead-letters/{letter['id']}/replay")
    assert (again.status_code, again.json()["outcome"]) == (200, "already_processed")
    kept = (await shop.operators["order"].get(f"/dead-letters/{letter['id']}")).json()
    assert (kept["status"], kept["closed_by"]) == ("REPLAYED", "cli")
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])


async def test_audit_is_clean_when_a_lost_event_was_discarded_by_name(
    shop: Shop, stack: Stack, operator: Operator
) -> None:
    error = f"RuntimeError: {token_hex(4)} was sent to the wrong house"
    order_id = (await shop.place((await shop.product(5), 1)))["id"]
    await shop.reaches(order_id, status="CONFIRMED")
    async with losing(shop.site, "order_exchange", "order.updated", "inventory") as lost:
        assert (await shop.step(order_id, "PROCESSING")).is_success
        event = await lost.event_about(order_id)
    await bury(shop.site, "inventory", [json.dumps([event]).encode()], error)
    [letter] = await letters_of(shop, "inventory", error, 1)

    discarded = await operator.runs("dlq", "discard", letter["id"], "--reason", "nothing to do")

    assert discarded.status == 0, discarded.remarks
    listed = await operator.runs(
        "dlq", "list", "--service", "inventory", "--status", "DISCARDED", "--each", "--json"
    )
    assert listed.status == 0
    [kept] = [one for one in listed.document["letters"] if one["id"] == letter["id"]]
    assert (kept["closed_by"], kept["closed_reason"]) == ("cli", "nothing to do")
    replayed = await operator.runs("dlq", "replay", letter["id"], "--json")
    assert (replayed.status, replayed.document["results"][0]["outcome"]) == (1, "discarded")
    status, document = await eventflow(stack, "audit", "--json")
    assert (status, document["offenders"]) == (0, [])


async def test_every_letter_of_a_group_is_worked_through_when_there_are_several_pages(
    shop: Shop, operator: Operator
) -> None:
    word = f"{token_hex(8)}x"
    bodies = [f"{word} {n}".encode() for n in range(250)]
    await bury(shop.site, "payment", bodies, f"Unreadable: {word}")
    letters = await letters_of(shop, "payment", f"Unreadable: {word}", len(bodies))
    [group] = {letter["error_group"] for letter in letters}

    replayed = await operator.runs("dlq", "replay", "--group", group, "--json")
    assert replayed.status == 1
    assert [one["outcome"] for one in replayed.document["results"]] == ["failed_again"] * len(bodies)
    groups = await operator.runs("dlq", "list", "--service", "payment", "--json")
    failed = (await shop.operators["payment"].get(f"/dead-letters/{letters[0]['id']}")).json()
    assert "not JSON" in failed["error"]
    assert failed["attempts"] == 5

    group = failed["error_group"]
    [counted] = [one["count"] for one in groups.document["groups"] if one["error_group"] == group]
    assert counted >= len(bodies)
    discarded = await operator.runs(
        "dlq", "discard", "--group", group, "--service", "payment", "--reason", "junk"
    )
    assert (discarded.status, discarded.out.startswith(f"{counted:,} discarded")) == (0, True), discarded
    assert (await shop.operators["payment"].get("/dead-letters", params={"error_group": group})).json()[
        "items"
    ] == []
