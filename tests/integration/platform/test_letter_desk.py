"""Dead letters are found by the kind of their error, discarded by name, and quick to work through by the thousand."""

import asyncio
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


async def test_each_is_told_what_became_of_it_when_many_are_discarded(desk: LetterDesk) -> None:
    account = await desk.teller.account("many")
    events = [deposit_asked(account, 1) for _ in range(4)]
    open_one, unwanted, replayed, other = await desk.put_all(events)
    await desk.ask("DELETE", f"/{unwanted}", params={"reason": "not wanted"})
    await desk.replay(replayed)
    ids = [str(letter) for letter in (replayed, open_one, unwanted, new_id())]

    told = await desk.ask("POST", "/discard", json={"ids": [*ids, ids[1]], "reason": "junk"})

    assert (told["next_cursor"], [one["id"] for one in told["results"]]) == (None, ids)
    assert [one["outcome"] for one in told["results"]] == [
        "already_replayed",
        "discarded",
        "already_discarded",
        "not_found",
    ]
    for one in told["results"][:3]:
        shown = await desk.show(one["id"])
        assert one["letter"] == {name: shown[name] for name in one["letter"]}
    closed = told["results"][1]["letter"]
    assert (closed["status"], closed["closed_by"], closed["closed_reason"]) == ("DISCARDED", "ann", "junk")
    assert told["results"][2]["letter"]["closed_reason"] == "not wanted"
    assert told["results"][3]["letter"] is None
    assert (await desk.show(other))["status"] == "OPEN"
    assert not await desk.claimed(events[0])
    # Whoever lost the answer asks again, and is told the same.
    assert await desk.ask("POST", "/discard", json={"ids": ids, "reason": "junk"}) == told


async def test_open_letters_are_discarded_page_by_page_when_a_filter_chooses_them(desk: LetterDesk) -> None:
    junk = await desk.put_all([deposit_asked(new_id()) for _ in range(7)], "RuntimeError: junk")
    kept = await desk.put(deposit_asked(new_id()), "ValueError: other")
    chosen = {"filter": {"error_group": (await desk.show(junk[0]))["error_group"]}, "reason": "junk"}

    seen, cursor = list[Any](), None
    while True:
        page = await desk.ask("POST", "/discard", json={**chosen, "limit": 3, "cursor": cursor})
        assert {one["outcome"] for one in page["results"]} == {"discarded"}
        seen.append([one["id"] for one in page["results"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break

    ids = [str(letter) for letter in junk]
    assert seen == [ids[:3], ids[3:6], ids[6:]]
    assert [letter["id"] for letter in await pages(desk)] == [str(kept)]
    nothing_left = await desk.ask("POST", "/discard", json=chosen)
    assert nothing_left == {"results": [], "next_cursor": None}


async def test_letter_bears_one_reason_when_two_discard_many_at_once(desk: LetterDesk) -> None:
    ids = [str(letter) for letter in await desk.put_all([deposit_asked(new_id()) for _ in range(30)])]
    first, second = await asyncio.gather(
        desk.ask("POST", "/discard", json={"ids": ids, "reason": "one"}),
        desk.ask("POST", "/discard", json={"ids": ids[::-1], "reason": "two"}),
    )
    kept = await pages(desk, status="DISCARDED")
    reasons = {letter["id"]: letter["closed_reason"] for letter in kept}
    for told, reason in ((first, "one"), (second, "two")):
        for one in told["results"]:
            assert one["letter"]["closed_reason"] == reasons[one["id"]]
            assert (one["outcome"] == "discarded") is (reasons[one["id"]] == reason)


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "x"},
        {"filter": {}},
        {"filter": {}, "reason": " "},
        {"filter": {}, "ids": [str(new_id())], "reason": "x"},
        {"filter": {}, "reason": "x", "by": "bob"},
        {"ids": [str(new_id()) for _ in range(501)], "reason": "x"},
        {"filter": {}, "limit": 501, "reason": "x"},
    ],
)
async def test_discard_of_many_is_refused_when_it_does_not_say_which_or_why(
    desk: LetterDesk, body: dict[str, Any]
) -> None:
    letter = await desk.put(deposit_asked(new_id()))
    await desk.ask("POST", "/discard", 422, json=body)
    assert (await desk.show(letter))["status"] == "OPEN"


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

    replayed = await worked_through(desk, record_property, "/replay", {"limit": 500})
    assert {one["outcome"] for one in replayed} == {"took_effect"}
    assert await desk.teller.balance(account) == MANY
    assert (await desk.ask("GET"))["items"] == []


@pytest.mark.timeout(300)
async def test_ten_thousand_letters_are_quick_to_discard(desk: LetterDesk, record_property: Any) -> None:
    await desk.put_all([deposit_asked(new_id()) for _ in range(MANY)])
    discarded = await worked_through(desk, record_property, "/discard", {"reason": "junk", "limit": 500})
    assert {one["outcome"] for one in discarded} == {"discarded"}
    assert (await desk.ask("GET"))["items"] == []


@pytest.mark.timeout(300)
async def test_a_thousand_letters_can_all_be_rehearsed(desk: LetterDesk, record_property: Any) -> None:
    """Each by itself, so it takes longer than to replay them."""
    account = await desk.teller.account("all rehearsed")
    await desk.put_all([deposit_asked(account, 1) for _ in range(MANY // 10)])
    rehearsed = await worked_through(desk, record_property, "/replay", {"dry_run": True}, letters=MANY // 10)
    assert {one["outcome"] for one in rehearsed} == {"took_effect"}
    assert await desk.teller.balance(account) == 0


async def worked_through(
    desk: LetterDesk, record_property: Any, path: str, body: Any, letters: int = MANY
) -> list[Any]:
    """What became of each of so many letters, told page by page."""
    began, cursor, results = perf_counter(), None, list[Any]()
    while True:
        ended = await desk.ask("POST", path, json={"filter": {}, "cursor": cursor, **body})
        results += ended["results"]
        cursor = ended["next_cursor"]
        if cursor is None:
            break
    seconds = perf_counter() - began
    record_property(f"{path} {body} of {letters} letters, s", round(seconds, 3))
    assert len({one["id"] for one in results}) == len(results) == letters
    assert seconds < ALL_OF_THEM
    return results
