"""One command of a batch fails, whatever with: it fails alone, and nothing of it is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventsourcing.ids import new_id
from shared.eventsourcing.recorded import Recorded
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Expectation, Failed
from tests.integration.platform.accounts import ACCOUNTS, Deposited, Holder
from tests.integration.platform.bank import (
    MODEL,
    Deposit,
    Mishap,
    Open,
    QuoteRate,
)
from tests.integration.platform.teller import Teller, asked


async def is_claimed(teller: Teller, event_id: UUID) -> bool:
    return bool(await teller.value("SELECT count(*) FROM inbox WHERE event_id = :id", id=event_id))


async def test_neighbours_commit_when_one_command_raises(teller: Teller) -> None:
    account, poison, fine = await teller.account("poison"), new_id(), new_id()
    outcomes = await teller.handler.handle(
        [
            asked(Deposit(account, 1)),
            asked(Mishap("boom"), heard=poison),
            asked(Deposit(account, 2), heard=fine),
        ]
    )
    assert isinstance(outcomes[1], Failed)
    assert str(outcomes[1].error) == "boom"
    assert await teller.balance(account) == 3
    assert await is_claimed(teller, fine)
    assert not await is_claimed(teller, poison)


async def test_event_is_handled_when_it_comes_back_after_it_had_failed(teller: Teller) -> None:
    account, heard = await teller.account("comes-back"), new_id()
    await teller.handler.handle([asked(Mishap("boom"), heard=heard)])
    [outcome] = await teller.handler.handle([asked(Deposit(account, 5), heard=heard)])
    assert isinstance(outcome, Decided)
    assert await teller.balance(account) == 5


async def test_claim_of_an_earlier_success_stays_when_a_replay_fails(teller: Teller) -> None:
    account, heard = await teller.account("replay-fails"), new_id()
    await teller.handler.handle([asked(Deposit(account, 5), heard=heard)])
    [outcome] = await teller.handler.handle([asked(Mishap("boom"), heard=heard, replayed=True)])
    assert isinstance(outcome, Failed)
    assert await is_claimed(teller, heard)


@pytest.mark.parametrize(
    "refused_by_the_database",
    [
        pytest.param(Open(new_id(), "nul", holders=(Holder("\x00"),)), id="NUL in jsonb"),
        pytest.param(Open(new_id(), "nul \x00"), id="NUL in the id of a row"),
        pytest.param(QuoteRate("BIG", 2**63, 1), id="version beyond 64 bits"),
        pytest.param(Open(new_id(), "surrogate", holders=(Holder("\ud800"),)), id="not UTF-8"),
        pytest.param(
            Open(new_id(), "year 1", holders=(Holder("n", datetime(1, 1, 1, tzinfo=UTC)),)), id="fine"
        ),
    ],
)
async def test_neighbours_commit_when_the_database_refuses_the_data_of_one(
    teller: Teller, refused_by_the_database: Open | QuoteRate, request: pytest.FixtureRequest
) -> None:
    account, bad, fine = await teller.account("data-fault"), new_id(), new_id()
    outcomes = await teller.handler.handle(
        [
            asked(Deposit(account, 1)),
            asked(refused_by_the_database, heard=bad),
            asked(Deposit(account, 2), heard=fine),
        ]
    )
    is_fine = request.node.callspec.id == "fine"
    assert isinstance(outcomes[1], Decided if is_fine else Failed)
    assert await teller.balance(account) == 3
    assert await is_claimed(teller, fine)
    assert await is_claimed(teller, bad) is is_fine


async def test_one_alone_fails_when_projecting_it_raises(engine: AsyncEngine) -> None:
    async def project(_: AsyncConnection, events: Sequence[Recorded]) -> None:
        if any(event.event == Deposited("project", 13) for event in events):
            raise RuntimeError("unlucky")

    teller = Teller(Handler(engine, MODEL, project=project), engine)
    account = await teller.account("project")
    outcomes = await teller.ask(Deposit(account, 1), Deposit(account, 13), Deposit(account, 2))
    assert isinstance(outcomes[1], Failed)
    assert await teller.balance(account) == 3


async def test_one_alone_fails_when_its_expectation_raises(teller: Teller) -> None:
    account = await teller.account("expects")
    elsewhere = Expectation(ACCOUNTS, str(new_id()), lambda _: True)
    outcomes = await teller.handler.handle(
        [asked(Deposit(account, 1)), asked(Deposit(account, 1), expects=elsewhere)]
    )
    assert isinstance(outcomes[1], Failed)
    assert await teller.balance(account) == 1
