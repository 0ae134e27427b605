"""Dead letters are found by the kind of their error, discarded by name, and quick to work through by the thousand."""

from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import text

from shared.eventsourcing.ids import new_id
from tests.integration.platform.desk import LetterDesk, letter_desk
from tests.integration.platform.teller import Teller
from tests.integration.platform.wire import deposit_asked

MANY = 10_000
# A page of a busy machine; alone it takes a tenth of that.
A_PAGE, ALL_OF_THEM = 1.0, 90.0

MISSING = """ContractViolation: 1 validation error for InventoryUpdated
{field}
  Field required [type=missing, input_value={{'sku': 'A-{n}', 'n': {n}}}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.{n}/v/missing"""


@pytest.fixture
async def desk(teller: Teller) -> AsyncIterator[LetterDesk]:
    async with teller.engine.begin() as connection:
        await connection.execute(text("DELETE FROM dead_letters"))
    async with letter_desk(teller) as desk:
        yield desk


async def pages(desk: LetterDesk, **query: Any) -> list[Any]:
    items: list[Any] = []
    while True:
        page = await desk.ask("GET", params={"limit": 3, **query})
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == 3
        query["cursor"] = page["next_cursor"]


async def test_letters_are_listed_newest_first_when_there_are_several_pages(desk: LetterDesk) -> None:
    letters = await desk.put_all([deposit_asked(new_id()) for _ in range(7)])
    listed = await pages(desk)
    assert [item["id"] for item in listed] == [str(letter) for letter in reversed(letters)]
    assert {(item["service"], item["queue"], item["type"]) for item in listed} == {
        ("order", "order_queue", "bank.deposit_asked")
    }
    assert await pages(desk, type="bank.opened") == []
    assert await pages(desk, status="DISCARDED") == []


async def test_letters_are_one_group_when_their_errors_differ_only_in_ids_numbers_and_input(
    desk: LetterDesk,
) -> None:
    for n in range(4):
        await desk.put(deposit_asked(new_id()), MISSING.format(field="sku", n=n))
    for n in range(3):
        await desk.put(deposit_asked(new_id()), f"RuntimeError: order {new_id()} has {n} lines\t\x1b[1m")
    last = await desk.put(deposit_asked(new_id()), MISSING.format(field="name", n=7))
    for error in ("KeyError: 'a'", "KeyError: 'b'"):
        await desk.put(deposit_asked(new_id()), error)

    groups = await pages(desk, group_by="error")

    assert [group["count"] for group in groups] == [4, 3, 1, 1, 1]
    assert groups[0]["error"] == (
        "ContractViolation: <n> validation error for InventoryUpdated sku Field required"
        " [type=missing, input_value=..., input_type=dict]"
    )
    assert groups[1]["error"] == "RuntimeError: order <id> has <n> lines [<n>m"
    assert groups[0]["types"] == ["bank.deposit_asked"]
    [alone] = [group for group in groups if "name" in group["error"]]
    assert alone["newest"] == str(last)
    for group in groups:
        members = await pages(desk, error_group=group["error_group"])
        assert len(members) == group["count"]
        assert {member["error_group"] for member in members} == {group["error_group"]}


async def test_letter_is_shown_whole_when_it_is_asked_for(desk: LetterDesk) -> None:
    event = deposit_asked(new_id())
    shown = await desk.show(await desk.put(event))
    assert (shown["event"], shown["body"], shown["event_id"]) == (event, None, event["id"])
    for body in (b"no event \xff", b"[" * 600 + b"1" + b"]" * 600, b"[1, 2]"):
        shown = await desk.show(await desk.put(body))
        assert (shown["event"], shown["body"]) == (None, body.decode("utf-8", "replace"))
    await desk.ask("GET", f"/{new_id()}", 404)


async def test_discarded_letter_bears_a_name_and_a_reason_when_two_discard_it(desk: LetterDesk) -> None:
    event = deposit_asked(new_id())
    letter = await desk.put(event)
    for query in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}, {"reason": "x", "by": "bob"}):
        await desk.ask("DELETE", f"/{letter}", 422, params=query)
    await desk.ask("DELETE", f"/{new_id()}", 404, params={"reason": "x"})

    first = await desk.ask("DELETE", f"/{letter}", params={"reason": "a test order"})
    second = await desk.ask("DELETE", f"/{letter}", params={"reason": "other"})

    assert (first["status"], first["closed_by"], first["closed_reason"]) == (
        "DISCARDED",
        "ann",
        "a test order",
    )
    assert first["closed_at"] is not None
    assert second == first == await desk.show(letter)
    assert [item["id"] for item in await pages(desk, status="DISCARDED")] == [str(letter)]
    refusal = await desk.ask("POST", f"/{letter}/replay", 409)
    assert refusal["type"] == "urn:eventflow:problem:letter-discarded"
    assert "ann" in refusal["detail"]
    assert not await desk.claimed(event)


async def test_replayed_letter_cannot_be_discarded_when_it_has_taken_effect(desk: LetterDesk) -> None:
    account = await desk.teller.account("kept")
    letter = await desk.put(deposit_asked(account))
    await desk.replay(letter)
    refusal = await desk.ask("DELETE", f"/{letter}", 409, params={"reason": "too late"})
    assert refusal["type"] == "urn:eventflow:problem:letter-replayed"
    assert (await desk.show(letter))["closed_by"] == "ann"


@pytest.mark.timeout(300)
async def test_ten_thousand_letters_are_quick_to_list_group_and_replay(
    desk: LetterDesk, record_property: Any
) -> None:
    account = await desk.teller.account("many")
    trace = "Traceback (most recent call last):\n" + "  File somewhere, line 1, in something\n" * 60
    await desk.put_all([deposit_asked(account, 1) for _ in range(MANY - 1_000)], "RuntimeError: no luck")
    await desk.put_all([deposit_asked(account, 1) for _ in range(1_000)], "KeyError: 'sku'")
    async with desk.teller.engine.begin() as connection:
        await connection.execute(text("UPDATE dead_letters SET stack_trace = :trace"), {"trace": trace})

    async def timed(what: str, within: float, *request: Any, **query: Any) -> Any:
        began = perf_counter()
        answer = await desk.ask(*request, **query)
        seconds = perf_counter() - began
        record_property(f"{what} of {MANY} letters, s", round(seconds, 3))
        assert seconds < within
        return answer

    page = await timed("first page", A_PAGE, "GET", params={"limit": 200})
    await timed("second page", A_PAGE, "GET", params={"limit": 200, "cursor": page["next_cursor"]})
    groups = await timed("groups", A_PAGE, "GET", params={"group_by": "error"})
    assert [group["count"] for group in groups["items"]] == [MANY - 1_000, 1_000]
    kind = groups["items"][1]["error_group"]
    await timed("page of one group", A_PAGE, "GET", params={"error_group": kind, "limit": 200})

    began, cursor, replayed = perf_counter(), None, 0
    while True:
        body: dict[str, Any] = {"filter": {}, "limit": 500, "cursor": cursor}
        ended = await desk.ask("POST", "/replay", json=body)
        assert {one["outcome"] for one in ended["results"]} == {"took_effect"}
        replayed, cursor = replayed + len(ended["results"]), ended["next_cursor"]
        if cursor is None:
            break
    seconds = perf_counter() - began
    record_property(f"replay of {MANY} letters, s", round(seconds, 3))
    assert replayed == MANY
    assert seconds < ALL_OF_THEM
    assert await desk.teller.balance(account) == MANY
    assert (await desk.ask("GET"))["items"] == []
