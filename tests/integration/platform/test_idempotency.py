"""Idempotency keys: the first answer again for twins, whatever comes between, and nothing carried out twice."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import idempotency_keys
from shared.eventsourcing.ids import new_id
from shared.http.idempotency import IdempotencyKey, StoredAnswer
from shared.runtime.handling import Handler
from shared.runtime.submissions import Decided, Expectation, Failed, KeyReused, Outcome, Repeated, Stale
from tests.integration.platform.accounts import ACCOUNTS
from tests.integration.platform.bank import Deposit, Mishap, Withdraw
from tests.integration.platform.teller import Teller, asked
from tests.integration.platform.waiting import until


def new_key(fingerprint: str = "body") -> IdempotencyKey:
    return IdempotencyKey("c-1", str(new_id()), fingerprint)


def other_body(key: IdempotencyKey) -> IdempotencyKey:
    return IdempotencyKey(key.subject, key.key, "another body")


def answer_in(outcome: Outcome) -> StoredAnswer | None:
    assert isinstance(outcome, Decided | Repeated)
    return outcome.answer


async def test_twins_get_one_answer_when_two_processes_handle_them_at_once(
    teller: Teller, other: Handler
) -> None:
    """Race 17. Each pair meets in the middle of the first one's transaction or does not: every way must do."""
    account = await teller.account("twins")
    for _ in range(25):
        key = new_key()
        [[one], [two]] = await asyncio.gather(
            teller.handler.handle([asked(Deposit(account, 1), key=key)]),
            other.handle([asked(Deposit(account, 1), key=key)]),
        )
        assert answer_in(one) == answer_in(two) is not None
        assert {type(one), type(two)} == {Decided, Repeated}
    assert await teller.balance(account) == 25


async def test_twin_waits_for_the_first_when_its_transaction_is_still_open(
    teller: Teller, engine: AsyncEngine
) -> None:
    key, now = new_key(), datetime.now(UTC)
    async with engine.connect() as first, engine.connect() as second:
        assert await idempotency_keys.claim(first, [key], now) == {}
        waiting = asyncio.create_task(idempotency_keys.claim(second, [key], now))
        await until(lambda: teller.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        assert not waiting.done()
        answer = StoredAnswer(201, {"made": "once"}, {"Location": "/1"})
        await idempotency_keys.remember(first, {key: answer})
        await first.commit()
        remembered = (await waiting)[key.subject, key.key]
    assert remembered.answer == answer


async def test_key_is_claimed_when_it_expires_while_it_is_being_looked_up(engine: AsyncEngine) -> None:
    """Between the claim that finds it taken and the look-up that finds it gone."""
    key, now = new_key(), datetime.now(UTC)
    async with engine.begin() as first:
        await idempotency_keys.claim(first, [key], now)
        await idempotency_keys.remember(first, {key: StoredAnswer(200, {})})

    class Expiring:
        """A connection on which the key is deleted by another after the first statement."""

        def __init__(self) -> None:
            self.statements = 0

        async def execute(self, statement: object, parameters: object) -> object:
            self.statements += 1
            if self.statements == 2:
                async with engine.begin() as housekeeper:
                    await idempotency_keys.forget(housekeeper, [key])
            return await connection.execute(statement, parameters)  # type: ignore[call-overload]

    async with engine.begin() as connection:
        remembered = await idempotency_keys.claim(Expiring(), [key], now)  # type: ignore[arg-type]
        assert remembered == {}
        await idempotency_keys.remember(connection, {key: StoredAnswer(204, {})})
    async with engine.begin() as connection:
        stored = await idempotency_keys.claim(connection, [key], now)
    assert stored[key.subject, key.key].answer.status == 204


async def test_same_key_is_refused_when_the_body_is_another(teller: Teller) -> None:
    account, key = await teller.account("reused"), new_key()
    await teller.handler.handle([asked(Deposit(account, 1), key=key)])
    assert await teller.handler.handle([asked(Deposit(account, 2), key=other_body(key))]) == [KeyReused()]
    assert await teller.balance(account) == 1


async def test_second_twin_gets_the_first_ones_answer_when_they_share_a_batch(teller: Teller) -> None:
    account, key = await teller.account("one-batch"), new_key()
    first, twin, reused = await teller.handler.handle(
        [
            asked(Deposit(account, 1), key=key),
            asked(Deposit(account, 1), key=key),
            asked(Deposit(account, 2), key=other_body(key)),
        ]
    )
    assert isinstance(first, Decided)
    assert twin == Repeated(first.answer)
    assert reused == KeyReused()
    assert await teller.balance(account) == 1


async def test_refusal_is_given_again_when_it_would_be_granted_by_now(teller: Teller) -> None:
    account, key = await teller.account("refusal"), new_key()
    [first] = await teller.handler.handle([asked(Withdraw(account, 5), key=key)])
    await teller.ask(Deposit(account, 5))
    [again] = await teller.handler.handle([asked(Withdraw(account, 5), key=key)])
    assert answer_in(first) == answer_in(again) == StoredAnswer(422, {"refused": True})
    assert await teller.balance(account) == 5


async def test_key_is_free_again_when_its_request_failed(teller: Teller) -> None:
    account, key = await teller.account("failed"), new_key()
    [failed] = await teller.handler.handle([asked(Mishap("boom"), key=key)])
    [again] = await teller.handler.handle([asked(Deposit(account, 5), key=other_body(key))])
    assert isinstance(failed, Failed)
    assert isinstance(again, Decided)


async def test_key_is_free_again_when_its_request_was_stale(teller: Teller) -> None:
    account, key = await teller.account("stale"), new_key()
    never = Expectation(ACCOUNTS, str(account), lambda _: False)
    [stale] = await teller.handler.handle([asked(Deposit(account, 5), key=key, expects=never)])
    [again] = await teller.handler.handle([asked(Deposit(account, 5), key=key)])
    assert stale == Stale(1)
    assert isinstance(again, Decided)


async def test_answer_belongs_to_the_body_that_was_carried_out_when_its_twin_failed(teller: Teller) -> None:
    """Both in one batch: the first claimed the key, the second was answered."""
    account, failing = await teller.account("which-body"), new_key("failing body")
    carried_out = other_body(failing)
    _, first = await teller.handler.handle(
        [asked(Mishap("boom"), key=failing), asked(Deposit(account, 5), key=carried_out)]
    )
    [again] = await teller.handler.handle([asked(Deposit(account, 5), key=carried_out)])
    assert again == Repeated(answer_in(first))
    assert await teller.handler.handle([asked(Mishap("boom"), key=failing)]) == [KeyReused()]
    assert await teller.balance(account) == 5


async def test_answer_is_forgotten_when_a_day_has_passed(teller: Teller, engine: AsyncEngine) -> None:
    account, now = await teller.account("expiry"), datetime.now(UTC)
    old, young = new_key(), new_key()
    await teller.handler.handle(
        [asked(Deposit(account, 1), key=old, now=now - timedelta(hours=24, seconds=1))]
    )
    await teller.handler.handle([asked(Deposit(account, 1), key=young, now=now - timedelta(hours=23))])
    async with engine.begin() as connection:
        assert await idempotency_keys.expire(connection, now) == 1
    assert isinstance((await teller.handler.handle([asked(Deposit(account, 1), key=old)]))[0], Decided)
    assert isinstance((await teller.handler.handle([asked(Deposit(account, 1), key=young)]))[0], Repeated)


async def test_same_key_is_another_when_the_subject_is(teller: Teller) -> None:
    account, key = await teller.account("subjects"), new_key()
    theirs = IdempotencyKey("c-2", key.key, key.fingerprint)
    outcomes = await teller.handler.handle(
        [asked(Deposit(account, 1), key=key), asked(Deposit(account, 1), key=theirs)]
    )
    assert all(isinstance(outcome, Decided) for outcome in outcomes)
    assert await teller.balance(account) == 2
