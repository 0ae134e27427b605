"""What cannot be handled goes its own way, with its reason; whatever is beside it or behind it is processed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from shared.eventsourcing.ids import new_id
from shared.messaging import incoming
from shared.messaging.consumer import HandleReactions, Reacting
from shared.runtime.reacting import handle_reactions
from tests.integration.platform.bank import Command, Deposit
from tests.integration.platform.broker import ORDER, RETRY_1S, RETRY_10S, RETRY_60S, Broker, linked
from tests.integration.platform.consuming import balance_is, consuming
from tests.integration.platform.teller import Teller
from tests.integration.platform.waiting import until
from tests.integration.platform.wire import AccountOpened, body_of, cloud_event, deposit_asked


async def sent_on(
    broker: Broker, teller: Teller, *bodies: bytes, **headers: Any
) -> list[AbstractIncomingMessage]:
    """What the consumer sends on of these messages, once it has come to a good one behind them."""
    account, spy = await teller.account("behind"), await broker.spy()
    for body in bodies:
        await broker.put(body, **headers)
    await broker.put(body_of(deposit_asked(account, 1)))
    async with consuming(broker.url, handle_reactions(teller.handler)):
        await until(lambda: balance_is(teller, account, 1))
    sent = await taken_from(spy)
    await spy.delete(if_empty=False)
    return sent


async def taken_from(queue: AbstractQueue) -> list[AbstractIncomingMessage]:
    taken: list[AbstractIncomingMessage] = []
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        taken.append(message)
    return taken


async def test_events_are_dead_at_once_and_neighbours_are_processed_when_they_break_their_contract(
    broker: Broker, teller: Teller
) -> None:
    account = await teller.account("beside")
    broken: list[Any] = [
        cloud_event({}, AccountOpened, dataschema="urn:eventflow:bank.opened:2"),
        cloud_event({"branch": "b"}, AccountOpened, type="bank.deposited"),
        cloud_event({"branch": ["b"]}, AccountOpened),
        cloud_event({"account_id": str(new_id()), "amount": "5"}),
        {key: value for key, value in cloud_event({}).items() if key != "id"},
        5,
        None,
        [[]],
    ]
    events = [deposit_asked(account, 2), *broken, deposit_asked(account, 3)]
    dead = await sent_on(broker, teller, body_of(*events))
    assert await teller.balance(account) == 5
    assert [orjson.loads(letter.body) for letter in dead] == [[event] for event in broken]
    assert {letter.routing_key for letter in dead} == {ORDER.dead}
    assert all(str(letter.headers[incoming.ERROR]).startswith("ContractViolation") for letter in dead)
    assert await broker.counts() == {ORDER.dead: len(broken)}


async def test_messages_are_dead_whole_when_they_cannot_be_read(broker: Broker, teller: Teller) -> None:
    bodies = [b"", b"hello", b"\xff\xfe\x00", b"\x00", b'{"id": 1}', b"[]", b"7", b"x" * 3_000_000]
    dead = await sent_on(broker, teller, *bodies)
    assert [letter.body for letter in dead] == bodies
    assert {letter.routing_key for letter in dead} == {ORDER.dead}
    assert all(str(letter.headers[incoming.ERROR]).startswith("Unreadable") for letter in dead)


@pytest.mark.parametrize("where", ["reaction", "decision"])
async def test_event_is_sent_on_alone_with_its_reason_when_handling_it_raises(
    broker: Broker, teller: Teller, where: str
) -> None:
    account, failing = await teller.account("beside"), deposit_asked(new_id(), mishap=where)
    body = body_of(deposit_asked(account, 2), failing, deposit_asked(account, 3))
    before = datetime.now(UTC)
    [again] = await sent_on(broker, teller, body)
    assert again.routing_key == RETRY_1S
    assert await teller.balance(account) == 5
    assert orjson.loads(again.body) == [failing]
    assert again.headers[incoming.ATTEMPTS] == 1
    assert str(again.headers[incoming.ERROR]).startswith("RuntimeError: ")
    assert "Traceback" in str(again.headers[incoming.STACK_TRACE])
    times = {str(again.headers[name]) for name in (incoming.FIRST_FAILED_AT, incoming.LAST_FAILED_AT)}
    assert len(times) == 1
    assert before <= datetime.fromisoformat(times.pop()) <= datetime.now(UTC)
    assert await teller.value("SELECT count(*) FROM inbox WHERE event_id = :id", id=failing["id"]) == 0


@pytest.mark.parametrize(
    ("attempts", "queue", "counted"),
    [
        (0, RETRY_1S, 1),
        (1, RETRY_10S, 2),
        (2, RETRY_60S, 3),
        (3, ORDER.dead, 4),
        (2**40, ORDER.dead, 1_000_001),
        (-5, RETRY_1S, 1),
        (bytearray(b"\xff"), RETRY_1S, 1),
    ],
)
async def test_delay_grows_and_then_ends_when_an_event_has_failed_before(
    broker: Broker, teller: Teller, attempts: Any, queue: str, counted: int
) -> None:
    first = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    body = body_of(deposit_asked(new_id(), mishap="again"))
    [again] = await sent_on(broker, teller, body, attempts=attempts, first_failed_at=first)
    assert again.routing_key == queue
    assert again.headers[incoming.ATTEMPTS] == counted
    assert again.headers[incoming.FIRST_FAILED_AT] == first
    assert str(again.headers[incoming.LAST_FAILED_AT]) > first


@pytest.mark.parametrize("first", [bytearray(b"\xff"), "x" * 100_000])
async def test_event_is_sent_on_when_its_header_is_none_of_ours(
    broker: Broker, teller: Teller, first: Any
) -> None:
    body = body_of(deposit_asked(new_id(), mishap="again"))
    [again] = await sent_on(broker, teller, body, first_failed_at=first)
    assert datetime.fromisoformat(str(again.headers[incoming.FIRST_FAILED_AT])).tzinfo


def failing_at_first(teller: Teller, tried: list[Command | None]) -> HandleReactions:
    """The bank's handling, except that the first batch fails."""
    handle_by_bank = handle_reactions(teller.handler)

    async def handle(batch: Sequence[Reacting], /) -> Sequence[Exception | None]:
        tried.extend(reacting.command for reacting in batch)
        return await handle_by_bank(batch) if len(tried) > 1 else [RuntimeError("not yet")]

    return handle


async def test_event_takes_effect_when_it_comes_back_from_its_retry_queue(
    broker: Broker, teller: Teller
) -> None:
    account = await teller.account("retried")
    tried: list[Command | None] = []
    await broker.put(body_of(deposit_asked(account, 7)))
    began = datetime.now(UTC)
    async with consuming(broker.url, failing_at_first(teller, tried)):
        await until(lambda: balance_is(teller, account, 7))
    assert timedelta(seconds=1) <= datetime.now(UTC) - began
    assert tried == [Deposit(account, 7)] * 2
    assert await broker.counts() == {}


async def test_event_is_not_lost_when_the_queue_it_should_go_to_is_missing(
    broker: Broker, teller: Teller
) -> None:
    """Its original stays until the topology is whole again."""
    account = await teller.account("missing")
    async with consuming(broker.url, failing_at_first(teller, [])) as consumer:
        await until(lambda: consumer.connected)
        await broker.delete(RETRY_1S)
        await broker.put(body_of(deposit_asked(account, 7)))
        await until(lambda: not consumer.connected)
        async with linked(broker.url):
            await until(lambda: balance_is(teller, account, 7))


@pytest.mark.parametrize("text", ["\U0001f4b6" * 100_000, "\udcff surrogate"])
async def test_event_is_sent_on_when_its_error_is_no_fit_text_for_a_header(
    broker: Broker, teller: Teller, text: str
) -> None:
    """Too long for a frame, it would cost the connection, and the event would come back for ever."""
    spy = await broker.spy()

    async def handle(batch: Any, /) -> Any:
        return [RuntimeError(text) for _ in batch]

    await broker.put(body_of(deposit_asked(new_id())))
    async with consuming(broker.url, handle):
        await until(lambda: spy.get(no_ack=True, fail=False))


async def test_message_is_dead_with_its_reason_when_it_was_delivered_too_often(broker: Broker) -> None:
    """As when it kills every process that takes it."""
    await broker.put(body_of(deposit_asked(new_id())))
    queue = await broker.channel.get_queue(ORDER.queue, ensure=False)
    for _ in range(101):
        message = await until(lambda: queue.get(fail=False))
        await message.nack(requeue=True)
    dead = await until(lambda: broker.take(ORDER.dead))
    [death] = dead.headers["x-death"]
    assert death["reason"] == "delivery_limit"
