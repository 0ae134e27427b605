"""A dead letter is replayed by the way of every event, once, and what is said of it is what came of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.database.engine import open_engine
from shared.database.faults import CommitUnknown, Unavailable
from shared.eventsourcing.ids import new_id
from shared.http.dead_letters import REHEARSED_AT_ONCE
from shared.messaging.consumer import Reacting
from shared.messaging.incoming import Understood, read_message
from shared.messaging.letters import Letters
from shared.messaging.reactions import context_of
from shared.runtime.handling import Handler
from shared.runtime.reacting import handle_reactions
from shared.runtime.rehearsal import rehearse
from shared.runtime.replaying import Replayer
from shared.runtime.submissions import Failed, Outcome, Submission
from tests.integration.platform.bank import MODEL, Deposit, QuoteRate
from tests.integration.platform.broker import ORDER
from tests.integration.platform.desk import LetterDesk, letter_desk, utc_now
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import (
    REACTIONS,
    REGISTRY,
    RateQuoted,
    body_of,
    cloud_event,
    deposit_asked,
)


@pytest.fixture
async def desk(teller: Teller) -> AsyncIterator[LetterDesk]:
    async with teller.engine.begin() as connection:
        await connection.execute(text("DELETE FROM dead_letters"))
    async with letter_desk(teller) as desk:
        yield desk


async def hear(teller: Teller, event: dict[str, Any]) -> None:
    """As the consumer does."""
    [read] = read_message(body_of(event), REGISTRY)
    assert isinstance(read, Understood)
    command = REACTIONS[type(read.heard.data)](read.heard)
    reacting = Reacting(read.heard, command, context_of(read.heard, "order", utc_now()), replayed=False)
    assert await handle_reactions(teller.handler)([reacting]) == [None]


async def test_letter_takes_effect_once_when_it_is_replayed_twice(desk: LetterDesk) -> None:
    account = await desk.teller.account("twice")
    event = deposit_asked(account, 7)
    letter = await desk.put(event)

    first = await desk.replay(letter)
    second = await desk.replay(letter)

    assert (first["outcome"], first["error"]) == ("took_effect", None)
    [appended] = first["events"]
    assert (appended["type"], appended["subject"], appended["version"]) == (
        "account.deposited",
        str(account),
        2,
    )
    assert (second["outcome"], second["events"]) == ("already_processed", [])
    assert await desk.teller.balance(account) == 7
    assert await desk.claimed(event)
    shown = await desk.show(letter)
    assert (shown["status"], shown["closed_by"], shown["closed_reason"]) == (
        "REPLAYED",
        "ann",
        "took effect",
    )


@pytest.mark.parametrize("told_again", [False, True])
async def test_letter_takes_effect_once_when_two_replay_it_at_once(
    desk: LetterDesk, other: Handler, told_again: bool
) -> None:
    account = await desk.teller.account("at once")
    events = [deposit_asked(account, 1) for _ in range(10)]
    letters = await desk.put_all(events, replayed=told_again)
    async with letter_desk(desk.teller, other) as second:
        ended = await asyncio.gather(*(each.replay(letter) for letter in letters for each in (desk, second)))
    assert [one["outcome"] for one in ended].count("took_effect") == 10
    assert [one["outcome"] for one in ended].count("already_processed") == 10
    assert await desk.teller.balance(account) == 10


async def test_letter_is_closed_when_its_event_was_processed_by_another_way(desk: LetterDesk) -> None:
    account = await desk.teller.account("other way")
    event = deposit_asked(account, 5)
    letter = await desk.put(event)
    await hear(desk.teller, event)

    assert (await desk.replay(letter))["outcome"] == "already_processed"

    assert await desk.teller.balance(account) == 5
    shown = await desk.show(letter)
    assert (shown["status"], shown["closed_reason"]) == ("REPLAYED", "already processed")


@pytest.mark.parametrize(("told_again", "ending"), [(True, "took_effect"), (False, "already_processed")])
async def test_claim_decides_unless_the_event_had_been_told_again(
    desk: LetterDesk, told_again: bool, ending: str
) -> None:
    """As when an emptied copy is filled: what was heard before has no effect any more."""
    account = await desk.teller.account("told again")
    event = deposit_asked(account, 6)
    await desk.teller.handler.handle([asked(None, heard=UUID(event["id"]))])
    letter = await desk.put(event, replayed=told_again)
    assert (await desk.replay(letter))["outcome"] == ending
    assert (await desk.replay(letter))["outcome"] == "already_processed"
    assert await desk.teller.balance(account) == (6 if told_again else 0)


async def test_letter_has_no_effect_when_it_is_discarded_just_before_its_turn(desk: LetterDesk) -> None:
    account = await desk.teller.account("just before")
    event = deposit_asked(account, 6)
    letter = await desk.put(event)
    seen_open = (await desk.letters.find([letter]))[letter]
    await desk.ask("DELETE", f"/{letter}", params={"reason": "not wanted"})
    [replayed] = await desk.replayer.replay([seen_open], "ann")
    assert replayed.ending == "discarded"
    assert await desk.teller.balance(account) == 0
    assert not await desk.claimed(event)


async def test_letter_cannot_be_discarded_when_its_replay_is_under_way(desk: LetterDesk) -> None:
    account = await desk.teller.account("under way")
    letter = await desk.put(deposit_asked(account, 6))

    async def waiting() -> int:
        return await desk.teller.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

    async def both_wait() -> bool:
        return discarding.done() or await waiting() == 2

    async def one_waits() -> bool:
        return await waiting() == 1

    async with desk.teller.engine.connect() as holder:
        await holder.execute(text("SELECT 1 FROM accounts WHERE id = :id FOR UPDATE"), {"id": account})
        replaying = asyncio.create_task(desk.replay(letter))
        await until(one_waits, within=30)
        discarding = asyncio.create_task(desk.ask("DELETE", f"/{letter}", 409, params={"reason": "too late"}))
        await until(both_wait, within=30)
    assert (await replaying)["outcome"] == "took_effect"
    assert (await discarding)["type"] == "urn:eventflow:problem:letter-replayed"


async def test_letter_stays_open_with_its_new_error_when_it_fails_again(desk: LetterDesk) -> None:
    event = deposit_asked(new_id(), mishap="still no luck")
    letter = await desk.put(event)
    for attempts in (5, 6):
        ended = await desk.replay(letter)
        assert (ended["outcome"], ended["error"]) == ("failed_again", "RuntimeError: still no luck")
        shown = await desk.show(letter)
        assert (shown["status"], shown["attempts"], shown["error"]) == ("OPEN", attempts, ended["error"])
        assert "bank.py" in shown["stack_trace"]
        assert shown["last_failed_at"] > shown["first_failed_at"]
    assert not await desk.claimed(event)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no event", "Unreadable: not JSON"),
        (b"\xff\x00", "Unreadable: not JSON"),
        (b"[]", "Unreadable: not a JSON array"),
        (body_of(deposit_asked(new_id()), deposit_asked(new_id())), "Unreadable: a message of 2 events"),
        (body_of(cloud_event({"amount": "5"})), "ContractViolation"),
        (body_of(deposit_asked(new_id(), mishap="reaction")), "RuntimeError: a bug in the reaction"),
    ],
)
async def test_letter_cannot_take_effect_when_its_body_cannot_be_understood(
    desk: LetterDesk, body: bytes, reason: str
) -> None:
    letter = await desk.put(body)
    rehearsed = await desk.replay(letter, dry_run=True)
    assert (await desk.show(letter))["attempts"] == 4
    ended = await desk.replay(letter)
    assert (ended["outcome"], rehearsed["outcome"]) == ("failed_again", "failed_again")
    assert ended["error"].startswith(reason)
    assert rehearsed["error"] == ended["error"]
    assert (await desk.show(letter))["status"] == "OPEN"


async def test_replay_says_that_nothing_changed_when_there_was_nothing_to_do(desk: LetterDesk) -> None:
    unheeded, refused = cloud_event({}, RateQuoted), deposit_asked(new_id(), 5)
    for event in (unheeded, refused):
        letter = await desk.put(event)
        assert (await desk.replay(letter))["outcome"] == "changed_nothing"
        assert await desk.claimed(event)
        assert (await desk.show(letter))["closed_reason"] == "changed nothing"


async def test_neighbours_take_effect_when_some_of_many_fail_again(desk: LetterDesk) -> None:
    account = await desk.teller.account("many")
    known = deposit_asked(account, 100)
    await hear(desk.teller, known)
    events: dict[str, Any] = {
        "took_effect": deposit_asked(account, 1),
        "failed_again": deposit_asked(account, mishap="again"),
        "already_processed": known,
        "changed_nothing": cloud_event({}, RateQuoted),
    }
    letters = {await desk.put(event): wanted for wanted, event in events.items()}
    letters[await desk.put(b"unreadable")] = "failed_again"
    # The database itself refuses this one, in the middle of the common transaction.
    letters[await desk.put(deposit_asked(account, 2**62))] = "took_effect"
    letters[await desk.put(deposit_asked(account, 2**62))] = "failed_again"
    gone = await desk.put(deposit_asked(account, 1_000))
    await desk.ask("DELETE", f"/{gone}", params={"reason": "not wanted"})
    letters[gone] = "discarded"
    letters[new_id()] = "not_found"

    ids = [str(letter) for letter in letters]
    ended = await desk.ask("POST", "/replay", json={"ids": [*ids, ids[0]]})

    assert [one["id"] for one in ended["results"]] == ids
    assert [one["outcome"] for one in ended["results"]] == list(letters.values())
    assert await desk.teller.balance(account) == 101 + 2**62
    again = await desk.ask("POST", "/replay", json={"ids": ids})
    assert {one["outcome"] for one in again["results"]} == {
        "already_processed",
        "failed_again",
        "discarded",
        "not_found",
    }
    assert await desk.teller.balance(account) == 101 + 2**62


async def test_all_open_letters_are_replayed_page_by_page_when_a_filter_chooses_them(
    desk: LetterDesk,
) -> None:
    account = await desk.teller.account("pages")
    good = await desk.put_all([deposit_asked(account, 1) for _ in range(7)])
    await desk.put_all([deposit_asked(account, mishap="x")], "RuntimeError: x")
    others = await desk.put_all([deposit_asked(account, 100)], "ValueError: other")
    group = (await desk.show(good[0]))["error_group"]

    seen: list[str] = []
    cursor = None
    while True:
        body = {"filter": {"error_group": group}, "limit": 3, "cursor": cursor}
        page = await desk.ask("POST", "/replay", json=body)
        seen += [one["id"] for one in page["results"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [str(letter) for letter in good]
    assert await desk.teller.balance(account) == 7
    assert (await desk.show(others[0]))["status"] == "OPEN"
    rest = await desk.ask("POST", "/replay", json={"filter": {}})
    assert [one["outcome"] for one in rest["results"]] == ["failed_again", "took_effect"]


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": [], "filter": None}, {"filter": {}, "ids": [str(new_id())]}, {"filter": {"status": "OPEN"}}],
)
async def test_replay_of_many_is_refused_when_it_does_not_say_of_which(
    desk: LetterDesk, body: dict[str, Any]
) -> None:
    await desk.ask("POST", "/replay", 422, json=body)


class CutOff(Handler):
    """The database goes away when the first of a batch is committed."""

    async def handle(self, batch: Sequence[Submission]) -> list[Outcome]:
        first = await super().handle(batch[:1])
        return [*first, *(Failed(Unavailable("gone")) for _ in batch[1:])]


async def test_replay_says_not_yet_when_the_database_went_away_before_its_turn(desk: LetterDesk) -> None:
    account = await desk.teller.account("gone")
    letters = await desk.put_all([deposit_asked(account, 1), deposit_asked(account, 1)])
    async with letter_desk(desk.teller, CutOff(desk.teller.engine, MODEL)) as cut:
        ended = await cut.ask("POST", "/replay", json={"filter": {}})
    assert [one["outcome"] for one in ended["results"]] == ["took_effect", "not_yet"]
    assert (await desk.show(letters[1]))["attempts"] == 4
    assert (await desk.replay(letters[1]))["outcome"] == "took_effect"


async def test_nobody_is_told_that_nothing_was_changed_when_the_database_goes_away_after_the_commit(
    desk: LetterDesk,
) -> None:
    account = await desk.teller.account("after")
    good, bad = await desk.put_all([deposit_asked(account, 1), deposit_asked(account, mishap="x")])
    found = await desk.letters.find([good, bad])
    nowhere = open_engine("postgresql://nobody:x@127.0.0.1:1/nothing", application="tests")
    replayer = Replayer(
        service="order",
        handler=desk.teller.handler,
        letters=Letters(nowhere, nowhere, ORDER.queue),
        reactions=REACTIONS,
        clock=utc_now,
        registry=REGISTRY,
    )
    with pytest.raises(CommitUnknown):
        await replayer.replay([found[good], found[bad]], "ann")
    assert await desk.teller.balance(account) == 1
    assert (await desk.show(good))["status"] == "REPLAYED"
    assert (await desk.replay(good))["outcome"] == "already_processed"


async def everything(teller: Teller) -> list[Any]:
    tables = ("events", "inbox", "dead_letters", "accounts", "cash", "rates")
    return [await teller.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


async def test_nothing_is_changed_when_a_replay_is_only_rehearsed(desk: LetterDesk) -> None:
    account = await desk.teller.account("rehearsal", balance=10)
    letter = await desk.put(deposit_asked(account, 5_000))
    told: list[Any] = []
    desk.teller.handler.observers.append(told.append)
    before = await everything(desk.teller)

    shown = await desk.replay(letter, dry_run=True)

    assert await everything(desk.teller) == before
    assert told == []
    assert (shown["dry_run"], shown["outcome"]) == (True, "took_effect")
    [event] = shown["events"]
    assert (event["type"], event["version"]) == ("account.deposited", 3)
    assert event["data"] == {"branch": "rehearsal", "amount": 5_000}
    changed = {change["table"]: change for change in shown["changes"]}
    assert changed["accounts"]["before"]["balance"] == 10
    assert changed["accounts"]["after"]["balance"] == 5_010
    assert (changed["accounts"]["version_before"], changed["accounts"]["version_after"]) == (2, 3)
    assert changed["cash"]["after"]["total"] - changed["cash"]["before"]["total"] == 5_000
    [message] = shown["messages"]
    assert (message["exchange"], message["event"]["type"]) == ("order_exchange", "bank.deposited")
    assert message["event"]["data"] == {"amount": 5_000}
    [call] = shown["calls"]
    assert (call["to"], call["what"], call["key"]) == ("post", "letter", str(account))
    # And then it really happens.
    assert (await desk.replay(letter))["outcome"] == "took_effect"
    assert await desk.teller.balance(account) == 5_010


async def test_none_sees_what_another_would_change_when_many_are_rehearsed(desk: LetterDesk) -> None:
    account = await desk.teller.account("many rehearsals", balance=10)
    events = [
        deposit_asked(account, 5),
        deposit_asked(account, 7),
        deposit_asked(account, mishap="again"),
        deposit_asked(account, 9),
    ]
    letters = await desk.put_all(events)
    await desk.ask("DELETE", f"/{letters[3]}", params={"reason": "not wanted"})
    ids = [*(str(letter) for letter in letters), str(new_id())]
    before = await everything(desk.teller)

    shown = await desk.ask("POST", "/replay", json={"ids": [*ids, ids[0]], "dry_run": True})

    assert await everything(desk.teller) == before
    assert (shown["dry_run"], shown["next_cursor"]) == (True, None)
    assert [one["id"] for one in shown["results"]] == ids
    assert [one["outcome"] for one in shown["results"]] == [
        "took_effect",
        "took_effect",
        "failed_again",
        "discarded",
        "not_found",
    ]
    for one, amount in zip(shown["results"][:2], (5, 7), strict=True):
        [change] = [change for change in one["changes"] if change["table"] == "accounts"]
        assert (change["version_before"], change["version_after"]) == (2, 3)
        assert (change["before"]["balance"], change["after"]["balance"]) == (10, 10 + amount)
        assert one["dry_run"] is True
    assert [one["changes"] for one in shown["results"][2:]] == [[], [], []]


async def test_open_letters_are_rehearsed_page_by_page_when_a_filter_chooses_them(desk: LetterDesk) -> None:
    account = await desk.teller.account("pages")
    letters = await desk.put_all([deposit_asked(account, 1) for _ in range(REHEARSED_AT_ONCE + 3)])
    whole: dict[str, Any] = {"filter": {}, "limit": 500, "dry_run": True}
    first = await desk.ask("POST", "/replay", json=whole)
    rest = await desk.ask("POST", "/replay", json={**whole, "cursor": first["next_cursor"]})
    few = await desk.ask("POST", "/replay", json={**whole, "limit": 2})
    assert [len(page["results"]) for page in (first, rest, few)] == [REHEARSED_AT_ONCE, 3, 2]
    assert [one["id"] for one in (*first["results"], *rest["results"])] == [str(one) for one in letters]
    assert rest["next_cursor"] is None
    assert await desk.teller.balance(account) == 0


async def test_dry_run_is_refused_when_it_is_of_too_many(desk: LetterDesk) -> None:
    ids = [str(new_id()) for _ in range(REHEARSED_AT_ONCE + 1)]
    refusal = await desk.ask("POST", "/replay", 422, json={"ids": ids, "dry_run": True})
    assert refusal["errors"][0]["message"] == f"a dry run takes {REHEARSED_AT_ONCE} ids at most"
    assert len((await desk.ask("POST", "/replay", json={"ids": ids}))["results"]) == len(ids)


async def test_neighbours_are_rehearsed_when_one_needs_what_another_does_not_let_go_of(
    desk: LetterDesk,
) -> None:
    held, free = await desk.teller.account("held"), await desk.teller.account("free")
    await desk.put_all([deposit_asked(held, 1), deposit_asked(free, 1)])
    async with desk.teller.engine.connect() as holder:
        await holder.execute(text("SELECT 1 FROM accounts WHERE id = :id FOR UPDATE"), {"id": held})
        shown = await desk.ask("POST", "/replay", json={"filter": {}, "dry_run": True})
    assert [one["outcome"] for one in shown["results"]] == ["not_yet", "took_effect"]
    assert "LockedByAnother" in shown["results"][0]["error"]


async def test_rehearsal_tells_how_it_would_end_when_it_would_change_nothing(desk: LetterDesk) -> None:
    account = await desk.teller.account("would")
    known = deposit_asked(account, 1)
    await hear(desk.teller, known)
    for event, ending in (
        (known, "already_processed"),
        (deposit_asked(account, mishap="again"), "failed_again"),
        (deposit_asked(account, 2**63 - 1), "failed_again"),
        (cloud_event({}, RateQuoted), "changed_nothing"),
    ):
        shown = await desk.replay(await desk.put(event), dry_run=True)
        assert (shown["outcome"], shown["events"], shown["changes"]) == (ending, [], []), shown


async def test_copy_is_shown_when_a_rehearsal_changes_a_row_without_an_event(teller: Teller) -> None:
    rehearsal = await rehearse(teller.handler, asked(QuoteRate("CHF", 3, 100)))
    [change] = rehearsal.changes
    assert (change.table.name, change.before.version, change.after.version) == ("rates", 0, 3)
    assert await teller.value("SELECT count(*) FROM rates WHERE id = 'CHF'") == 0


async def test_command_is_rehearsed_alone_when_nobody_holds_a_letter(teller: Teller) -> None:
    account = await teller.account("alone")
    await rehearse(teller.handler, asked(Deposit(account, 5)))
    assert await teller.balance(account) == 0
