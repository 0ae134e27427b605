"""A row is the fold of its stored events, and a projection that of its streams in position order, whatever happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database import row_store
from shared.database.engine import open_engine
from shared.eventsourcing.ids import derived_id, new_id
from shared.eventsourcing.recorded import Recorded
from shared.eventsourcing.rows import Row
from shared.runtime.handling import Handler
from tests.integration.platform.accounts import ACCOUNTS, CASH, VAULTS, Account, Cash, Holder, Kind, Vault
from tests.integration.platform.bank import (
    MODEL,
    Command,
    Deposit,
    FillVault,
    Mishap,
    Open,
    Transfer,
    Withdraw,
)
from tests.integration.platform.teller import asked

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
SEEDS = [0, 1, 2]
BRANCHES = ["north", "south"]


@dataclass(frozen=True)
class Holders:
    all: tuple[Holder, ...]


text_without_nul = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
holders = st.lists(
    st.builds(Holder, text_without_nul, st.none() | st.datetimes(timezones=st.just(UTC))), max_size=2
).map(lambda who: Holders(tuple(who)))
seed = st.sampled_from(SEEDS)
amount = st.integers(0, 50)
wishes = st.one_of(
    st.tuples(st.just("open"), seed, st.sampled_from(BRANCHES), st.sampled_from(Kind), holders),
    st.tuples(st.just("deposit"), seed, amount),
    st.tuples(st.just("withdraw"), seed, amount),
    st.tuples(st.just("transfer"), seed, seed, amount),
    st.tuples(st.just("fill"), st.sampled_from(BRANCHES), amount),
    st.just(("mishap",)),
)
batches = st.lists(
    st.tuples(st.lists(wishes, min_size=1, max_size=6), st.integers(-3600, 3600)), min_size=1, max_size=6
)


def command_of(wish: tuple[object, ...], ids: Sequence[UUID], run: str) -> Command:
    match wish:
        case ("open", int(one), str(branch), Kind() as kind, Holders(who)):
            return Open(ids[one], branch + run, kind=kind, holders=who)
        case ("deposit", int(one), int(money)):
            return Deposit(ids[one], money)
        case ("withdraw", int(one), int(money)):
            return Withdraw(ids[one], money)
        case ("transfer", int(one), int(other), int(money)):
            return Transfer(ids[one], ids[other], money)
        case ("fill", str(branch), int(money)):
            return FillVault(branch + run, money)
        case _:
            return Mishap("boom")


async def recorded(engine: AsyncEngine, handler: Handler, ids: Sequence[UUID], run: str) -> list[Recorded]:
    wanted = {str(one) for one in ids} | {branch + run for branch in BRANCHES}
    async with engine.connect() as connection:
        start = await connection.scalar(
            text("SELECT coalesce(min(position), 1) - 1 FROM events WHERE stream = ANY(:streams)"),
            {"streams": [f"account-{one}" for one in wanted] + [f"vault-{one}" for one in wanted]},
        )
        events = await handler.store.forward(connection, after_position=start or 0, limit=1000)
    return [event for event in events if event.row_id in wanted]


def folded(
    events: Sequence[Recorded],
) -> tuple[dict[str, Row[Account]], dict[str, Row[Vault]], dict[str, Row[Cash]]]:
    accounts: dict[str, Row[Account]] = {}
    vaults: dict[str, Row[Vault]] = {}
    cash: dict[str, Row[Cash]] = {}
    for event in events:
        if event.type.startswith("account."):
            row = accounts.get(event.row_id, Row(0, ACCOUNTS.initial))
            accounts[event.row_id] = Row(
                row.version + 1,
                ACCOUNTS.evolve(row.state, event.event),
                row.created_at or event.time,
                event.time,
            )
            assert event.version == row.version + 1
            assert row.updated_at is None or event.time >= row.updated_at
        else:
            vault = vaults.get(event.row_id, Row(0, VAULTS.initial))
            vaults[event.row_id] = Row(
                vault.version + 1,
                VAULTS.evolve(vault.state, event.event),
                vault.created_at or event.time,
                event.time,
            )
        for key in CASH.keys(event.row_id, event.event):
            total = cash.get(key, Row(0, CASH.initial))
            cash[key] = Row(
                total.version + 1,
                CASH.project(total.state, key, event.event),
                total.created_at or event.time,
                event.time,
            )
    return accounts, vaults, cash


@given(story=batches)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_rows_are_the_folds_of_their_events_when_anything_has_happened(
    database: FreshDatabase, story: list[tuple[list[tuple[object, ...]], int]]
) -> None:
    engine = open_engine(database.runtime_url, application="tests")
    handler = Handler(engine, MODEL)
    source = new_id()
    ids, run = [derived_id(source, str(one)) for one in SEEDS], f" {source}"
    for batch, seconds in story:
        now = NOW + timedelta(seconds=seconds)
        await handler.handle([asked(command_of(wish, ids, run), now=now) for wish in batch])
    accounts, vaults, cash = folded(await recorded(engine, handler, ids, run))
    branches = [branch + run for branch in BRANCHES]
    async with engine.connect() as connection:
        stored_accounts = await row_store.read_rows(connection, ACCOUNTS, [str(one) for one in ids])
        stored_vaults = await row_store.read_rows(connection, VAULTS, branches)
        stored_cash = await row_store.read_rows(connection, CASH, branches)
    assert {key: row for key, row in stored_accounts.items() if row.version} == accounts
    assert {key: row for key, row in stored_vaults.items() if row.version} == vaults
    assert {key: row for key, row in stored_cash.items() if row.version} == cash
    await engine.dispose()
