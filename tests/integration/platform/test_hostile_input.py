"""Input that is made to do harm: it becomes a dead letter or a refusal, and nobody else notices."""

import secrets
from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.eventsourcing.ids import new_id
from shared.messaging import incoming
from shared.runtime.submissions import Decided, Failed
from tests.integration.platform.bank import Deposit, QuoteRate
from tests.integration.platform.broker import ORDER, Broker
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.test_dead_letters import draining, letters
from tests.integration.platform.test_failing_events import sent_on
from tests.integration.platform.wire import cloud_event, deposit_asked

# The JSON parser reads this deep, and nothing writes it again.
_DEEP = b"[" * 900 + b"]" * 900


def deep_in(event: dict[str, Any]) -> bytes:
    return orjson.dumps(event)[:-1] + b',"more":' + _DEEP + b"}"


@pytest.mark.parametrize("mishap", ["", "reaction", "decision"])
async def test_message_is_dead_whole_and_neighbours_are_processed_when_a_failing_event_is_nested_too_deeply(
    broker: Broker, teller: Teller, mishap: str
) -> None:
    account = await teller.account("beside")
    failing = deposit_asked(new_id(), mishap=mishap) if mishap else cloud_event({})
    body = b"[" + orjson.dumps(deposit_asked(account, 2)) + b"," + deep_in(failing) + b"]"
    [dead] = await sent_on(broker, teller, body)
    assert (dead.routing_key, dead.body) == (ORDER.dead, body)
    assert str(dead.headers[incoming.ERROR])
    assert await teller.balance(account) == 2


async def test_dead_letter_is_stored_whole_when_it_is_nested_too_deeply(
    broker: Broker, teller: Teller, engine: AsyncEngine
) -> None:
    body = b"[" + deep_in(deposit_asked(new_id())) + b"]"
    await broker.put(body, ORDER.dead)
    async with draining(engine, broker.url):
        [letter] = await letters(teller, 1)
    assert letter.body == body


@pytest.mark.parametrize(
    "poison",
    [QuoteRate(secrets.token_hex(5_000), 1, 1), QuoteRate("too new", 2**63, 1)],
    ids=["text too long for an index", "integer beyond 64 bits"],
)
async def test_input_fails_alone_when_the_database_cannot_hold_it(teller: Teller, poison: QuoteRate) -> None:
    account = await teller.account("beside")
    outcomes = await teller.handler.handle([asked(Deposit(account, 1)), asked(poison)])
    assert [type(outcome) for outcome in outcomes] == [Decided, Failed]
    assert await teller.balance(account) == 1
