"""The drain: every dead letter becomes a row to look at, whatever it holds, once and for good."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ops.stack.isolation import FreshDatabase
from shared.database.engine import open_engine
from shared.eventsourcing.ids import new_id
from shared.messaging.dead_letters import DeadLetterDrain
from shared.runtime.reacting import handle_reactions
from tests.integration.platform.broker import ORDER, Broker
from tests.integration.platform.consuming import consuming
from tests.integration.platform.proxy import proxied
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import AccountOpened, body_of, cloud_event, deposit_asked

COLUMNS = (
    "event_id, type, body, error, stack_trace, attempts, first_failed_at, last_failed_at, status, queue,"
    " replayed, closed_by, closed_reason, closed_at"
)


async def ready() -> None:
    """A database that answers."""


@pytest.fixture(autouse=True)
async def _no_letters(engine: AsyncEngine) -> None:  # pyright: ignore[reportUnusedFunction]
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM dead_letters")


@asynccontextmanager
async def draining(engine: AsyncEngine, url: str) -> AsyncGenerator[None]:
    drain = DeadLetterDrain(
        engine=engine,
        broker_url=url,
        subscription=ORDER,
        database_answers=ready,
        clock=lambda: datetime.now(UTC),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(drain.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(9):
            await running


async def letters(teller: Teller, expected: int) -> list[Any]:
    async def all_of_them() -> list[Any] | None:
        rows = list(await teller.rows(f"SELECT {COLUMNS} FROM dead_letters ORDER BY first_failed_at, id"))
        return rows if len(rows) >= expected else None

    return await until(all_of_them)


async def test_letter_tells_everything_when_an_event_has_used_up_its_attempts(
    broker: Broker, teller: Teller
) -> None:
    event = deposit_asked(new_id(), mishap="no luck")
    first = datetime.now(UTC) - timedelta(seconds=71)
    await broker.put(body_of(event), attempts=3, first_failed_at=first.isoformat())
    async with consuming(broker.url, handle_reactions(teller.handler)), draining(teller.engine, broker.url):
        [letter] = await letters(teller, 1)
    assert str(letter.event_id) == event["id"]
    assert letter.type == "bank.deposit_asked"
    assert orjson.loads(letter.body) == [event]
    assert letter.error == "RuntimeError: no luck"
    assert letter.stack_trace.startswith("Traceback")
    assert "bank.py" in letter.stack_trace
    assert (letter.attempts, letter.status, letter.queue) == (4, "OPEN", "order_queue")
    assert letter.first_failed_at == first
    assert timedelta(0) <= datetime.now(UTC) - letter.last_failed_at < timedelta(seconds=10)
    assert await broker.counts() == {}


@pytest.mark.parametrize("told_again", [True, False])
async def test_letter_keeps_that_its_event_had_been_told_again(
    broker: Broker, teller: Teller, told_again: bool
) -> None:
    await broker.put(body_of(deposit_asked(new_id(), mishap="no luck")), attempts=3, replayed=told_again)
    async with consuming(broker.url, handle_reactions(teller.handler)), draining(teller.engine, broker.url):
        [letter] = await letters(teller, 1)
    assert letter.replayed is told_again


async def test_reason_is_told_when_an_event_breaks_its_contract(broker: Broker, teller: Teller) -> None:
    event = cloud_event({}, AccountOpened, dataschema="urn:eventflow:bank.opened:9")
    await broker.put(body_of(event))
    async with consuming(broker.url, handle_reactions(teller.handler)), draining(teller.engine, broker.url):
        [letter] = await letters(teller, 1)
    assert "urn:eventflow:bank.opened:9" in letter.error
    assert (letter.attempts, letter.type) == (1, "bank.opened")


async def test_every_event_is_a_letter_when_the_broker_gave_a_whole_message_up(
    broker: Broker, teller: Teller
) -> None:
    events = [deposit_asked(new_id()) for _ in range(3)]
    await broker.put(body_of(*events), ORDER.dead, type="bank.deposit_asked", count=3)
    async with draining(teller.engine, broker.url):
        stored = await letters(teller, 3)
    assert {str(letter.event_id) for letter in stored} == {event["id"] for event in events}
    assert all(len(orjson.loads(letter.body)) == 1 for letter in stored)
    assert {letter.error for letter in stored} == {"delivery limit of the broker reached"}


BODIES = [b"", b"\x00\x01", b"\xff", b"not JSON", b"[]", b"7", b"null", b'{"id": 3}', b"x" * 2_000_000]
EVENTS: list[Any] = [5, None, [], {"id": 3, "type": None}, {"id": "x", "type": "\x00"}, {"type": {"a": 1}}]


async def test_nothing_is_lost_when_bodies_and_headers_are_none_of_ours(
    broker: Broker, teller: Teller
) -> None:
    headers: list[dict[str, Any]] = [
        {},
        {"error": "NUL \x00", "stack_trace": 7, "attempts": "many", "first_failed_at": "yesterday"},
        {"error": bytearray(b"\xff"), "attempts": 2**60, "last_failed_at": "0001-01-01T00:00:00+14:00"},
        {"attempts": -1, "first_failed_at": "2024-01-01T00:00:00", "stack_trace": ["a"]},
    ]
    for n, body in enumerate([*BODIES, *map(body_of, EVENTS)]):
        await broker.put(body, ORDER.dead, **headers[n % len(headers)])
    async with draining(teller.engine, broker.url):
        stored = await letters(teller, len(BODIES) + len(EVENTS))
    bodies = [bytes(letter.body) for letter in stored]
    assert sorted(bodies) == sorted([*BODIES, *map(body_of, EVENTS)])
    assert all(letter.event_id is None for letter in stored)
    assert await broker.counts() == {}


async def test_letter_is_opened_again_as_it_is_now_when_its_event_fails_again(
    broker: Broker, teller: Teller
) -> None:
    first = deposit_asked(new_id())
    second = first | {"mended": True}
    early, late = (datetime.now(UTC) - timedelta(minutes=m) for m in (9, 3))
    await fail(broker, teller, first, "first", early)
    await discard(teller, at=early + timedelta(minutes=1))
    await fail(broker, teller, second, "second", late)
    [letter] = await letters(teller, 1)
    assert (letter.closed_by, letter.closed_reason, letter.closed_at) == (None, None, None)
    assert (letter.error, letter.attempts, letter.status) == ("second", 8, "OPEN")
    assert (letter.first_failed_at, letter.last_failed_at) == (early, late)
    assert bytes(letter.body) == body_of(second)


async def test_letter_stays_closed_when_a_failure_from_before_comes_late(
    broker: Broker, teller: Teller
) -> None:
    event = deposit_asked(new_id())
    early, late = (datetime.now(UTC) - timedelta(minutes=m) for m in (9, 3))
    await fail(broker, teller, event, "first", early)
    await discard(teller, at=late + timedelta(minutes=1))
    await fail(broker, teller, event, "second", late)
    [letter] = await letters(teller, 1)
    assert (letter.error, letter.status, letter.closed_by) == ("first", "DISCARDED", "ann")


async def fail(broker: Broker, teller: Teller, event: dict[str, Any], error: str, when: datetime) -> None:
    times = {"first_failed_at": when.isoformat(), "last_failed_at": when.isoformat()}
    await broker.put(body_of(event), ORDER.dead, error=error, attempts=4, **times)
    async with draining(teller.engine, broker.url):
        await until(lambda: broker_is_empty(broker))
        await letters(teller, 1)


async def discard(teller: Teller, *, at: datetime) -> None:
    async with teller.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE dead_letters SET status = 'DISCARDED', closed_by = 'ann', closed_reason = 'x',"
                " closed_at = :at"
            ),
            {"at": at},
        )


async def broker_is_empty(broker: Broker) -> bool:
    return await broker.counts() == {}


@pytest.mark.parametrize("body", [body_of(deposit_asked(new_id())), b"unreadable"])
async def test_letter_is_stored_once_when_it_is_delivered_again_after_it_was_stored(
    broker: Broker, teller: Teller, database: FreshDatabase, body: bytes
) -> None:
    """The link is cut between the commit and the acknowledgement."""
    now = datetime.now(UTC).isoformat()
    async with proxied(broker.url) as proxy:
        engine = open_engine(database.runtime_url, application="drain")
        cut_after_commit = CuttingEngine(engine, proxy.cut)
        await broker.put(
            body, ORDER.dead, message_id=new_id().hex, attempts=4, first_failed_at=now, last_failed_at=now
        )
        async with draining(cut_after_commit, proxy.url):  # type: ignore[arg-type]
            await until(lambda: cut_after_commit.commits >= 2)
            await until(lambda: broker_is_empty(broker))
        await engine.dispose()
    [letter] = await letters(teller, 1)
    assert letter.attempts == 4


class CuttingEngine:
    """An engine that counts, and after whose first commit a cable is cut."""

    def __init__(self, engine: AsyncEngine, cut: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._cut = cut
        self.begun = 0
        self.commits = 0

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Any]:
        self.begun += 1
        async with self._engine.begin() as connection:
            yield connection
        self.commits += 1
        if self.commits == 1:
            self._cut()


async def test_letter_stays_in_its_queue_when_the_database_is_away(
    broker: Broker, teller: Teller, database: FreshDatabase
) -> None:
    async with proxied(database.runtime_url) as proxy:
        engine = open_engine(proxy.url, application="drain")
        counting = CuttingEngine(engine)
        proxy.cut(for_good=True)
        await broker.put(body_of(deposit_asked(new_id())), ORDER.dead)
        async with draining(counting, broker.url):  # type: ignore[arg-type]
            await until(lambda: counting.begun >= 2)
            proxy.mend()
            await letters(teller, 1)
        await engine.dispose()
    assert await broker.counts() == {}
