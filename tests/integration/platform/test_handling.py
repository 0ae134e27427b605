"""A batch of commands is one transaction: all of it is kept or none, and nobody pays for a neighbour's mistake."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Expectation, Outdated, Repeated, Stale, Submission
from tests.integration.platform.accounts import ACCOUNTS, Holder, Kind
from tests.integration.platform.bank import (
    MODEL,
    Deposit,
    FillVault,
    Mishap,
    NotCovered,
    Open,
    QuoteRate,
    Withdraw,
)
from tests.integration.platform.teller import Teller, asked

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


async def test_everything_is_one_transaction_when_a_batch_is_handled(teller: Teller) -> None:
    one, other, heard = new_id(), new_id(), new_id()
    await teller.handler.handle(
        [
            asked(Open(one, "one-transaction")),
            asked(Open(other, "one-transaction", fresh=True)),
            asked(Deposit(one, 5), heard=heard),
            asked(FillVault("one-transaction", 7)),
            asked(QuoteRate("ONE", 3, 99)),
        ]
    )
    writers = await teller.rows(
        "SELECT xmin::text FROM accounts WHERE id IN (:one, :other)"
        " UNION ALL SELECT xmin::text FROM vaults WHERE id = 'one-transaction'"
        " UNION ALL SELECT xmin::text FROM cash WHERE id = 'one-transaction'"
        " UNION ALL SELECT xmin::text FROM rates WHERE id = 'ONE'"
        " UNION ALL SELECT xmin::text FROM events WHERE stream LIKE '%' || :one OR stream LIKE '%' || :other"
        " UNION ALL SELECT xmin::text FROM inbox WHERE event_id = :heard",
        one=str(one),
        other=str(other),
        heard=heard,
    )
    assert len(writers) == 9
    assert len(set(writers)) == 1


async def test_commands_see_those_before_them_when_they_are_in_one_batch(teller: Teller) -> None:
    account = new_id()
    outcomes = await teller.ask(
        Open(account, "sees"),
        Deposit(account, 10),
        Withdraw(account, 4),
        Withdraw(account, 7),
        Deposit(account, 1),
    )
    assert [getattr(outcome, "refusal", "?") for outcome in outcomes] == [
        None,
        None,
        None,
        NotCovered(6),
        None,
    ]
    assert await teller.balance(account) == 7
    assert [event.version for event in await teller.history(account)] == [1, 2, 3, 4]
    assert await teller.cash("sees") == 7


async def test_second_copy_is_a_repeat_when_an_event_is_heard_twice_in_one_batch(teller: Teller) -> None:
    account, heard = await teller.account("twice"), new_id()
    first, second = await teller.handler.handle([asked(Deposit(account, 5), heard=heard)] * 2)
    assert isinstance(first, Decided)
    assert second == Repeated()
    assert await teller.balance(account) == 5


async def test_nothing_happens_when_an_event_is_heard_again_later(teller: Teller) -> None:
    account, heard = await teller.account("later"), new_id()
    await teller.handler.handle([asked(Deposit(account, 5), heard=heard)])
    [again] = await teller.handler.handle([asked(Deposit(account, 5), heard=heard)])
    assert again == Repeated()
    assert await teller.balance(account) == 5


async def test_claim_alone_is_kept_when_an_event_asks_for_nothing(teller: Teller) -> None:
    heard = new_id()
    [first] = await teller.handler.handle([asked(None, heard=heard)])
    [again] = await teller.handler.handle([asked(None, heard=heard)])
    assert isinstance(first, Decided)
    assert not first.events
    assert again == Repeated()


async def test_replayed_event_is_decided_when_it_was_claimed_before(teller: Teller) -> None:
    heard = new_id()
    await teller.handler.handle([asked(None, heard=heard)])
    [outcome] = await teller.handler.handle([asked(QuoteRate("RPL", 1, 7), heard=heard, replayed=True)])
    assert isinstance(outcome, Decided)
    assert await teller.value("SELECT version FROM rates WHERE id = 'RPL'") == 1


async def test_submission_is_prepared_again_when_the_guard_says_so(engine: AsyncEngine) -> None:
    async def guard(connection: AsyncConnection, batch: Sequence[Submission]) -> list[Submission]:
        await connection.execute(text("SELECT 1"))
        return [s for s in batch if s.command == Deposit(account, 13)]

    account = await Teller(Handler(engine, MODEL), engine).account("guard")
    teller = Teller(Handler(engine, MODEL, guard=guard), engine)
    outcomes = await teller.ask(Deposit(account, 1), Deposit(account, 13))
    assert outcomes[1] == Outdated()
    assert await teller.balance(account) == 1


async def test_row_is_as_expected_or_nothing_happens_when_a_version_was_given(teller: Teller) -> None:
    account = await teller.account("if-match", 5)

    def at(version: int) -> Expectation:
        return Expectation(ACCOUNTS, str(account), lambda actual: actual == version)

    first, second = await teller.handler.handle(
        [asked(Deposit(account, 1), expects=at(2)), asked(Deposit(account, 1), expects=at(2))]
    )
    assert isinstance(first, Decided)
    assert second == Stale(3)
    assert await teller.balance(account) == 6


async def test_times_never_go_back_within_a_stream_when_the_clock_does(teller: Teller) -> None:
    account = new_id()
    for command, now in (
        (Open(account, "clock"), NOW),
        (Deposit(account, 1), NOW + timedelta(seconds=5)),
        (Deposit(account, 2), NOW - timedelta(hours=1)),
        (Deposit(account, 3), NOW + timedelta(seconds=9)),
    ):
        await teller.handler.handle([asked(command, now=now)])
    seconds = [(event.time - NOW).total_seconds() for event in await teller.history(account)]
    assert seconds == [0, 5, 5, 9]
    created, updated = (
        await teller.rows("SELECT created_at, updated_at FROM accounts WHERE id = :id", id=account)
    )[0]
    assert (created, updated) == (NOW, NOW + timedelta(seconds=9))


async def test_state_and_events_read_back_as_they_were_when_stored_as_json(teller: Teller) -> None:
    account = new_id()
    holders = (
        Holder('Zoë "\\" \n\t 💶 ﷽', datetime(1984, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
        Holder("", None),
    )
    await teller.ask(Open(account, "json", kind=Kind.SAVINGS, holders=holders))
    [outcome] = await teller.ask(Deposit(account, 2**62))
    [opened, deposited] = await teller.history(account)
    assert opened.event.holders == holders
    assert opened.event.kind is Kind.SAVINGS
    assert deposited.event.amount == 2**62
    assert isinstance(outcome, Decided)
    loaded = outcome.rows.state(ACCOUNTS, str(account))
    assert (loaded.holders, loaded.kind, loaded.balance) == (holders, Kind.SAVINGS, 2**62)


async def test_copy_follows_its_source_when_versions_come_in_any_order(teller: Teller) -> None:
    for version, points in ((2, 20), (1, 10), (4, 40), (3, 30)):
        [outcome] = await teller.ask(QuoteRate("CPY", version, points))
        assert isinstance(outcome, Decided)
    assert await teller.rows("SELECT version, state->>'points' FROM rates WHERE id = 'CPY'") == [(4, "40")]


async def test_observers_are_told_of_commits_alone_when_a_batch_is_handled(teller: Teller) -> None:
    told: list[list[Recorded]] = []
    teller.handler.observers.append(lambda events: told.append(list(events)))
    account = await teller.account("observed")
    await teller.handler.handle([asked(Mishap("boom"))])
    await teller.handler.handle([asked(None, heard=new_id())])
    assert [[event.row_id for event in events] for events in told] == [[str(account)]]
